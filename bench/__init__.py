"""What `make bench` measures: `python -m bench [NAME …]`, one module a subject, each with a `main()` that prints."""
