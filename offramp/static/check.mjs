// The step before sealing, which shows what in a letter points to a person. looking_through.mjs loads it.

export { SayingLess } from "./saying_less/step.mjs";
