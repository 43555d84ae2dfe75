"""How much the intake takes, how it does, and what couriers see and change of both."""
