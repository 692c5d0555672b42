"""The steps of the yearly procedure: plain functions, one module a step, testable without Prefect."""
