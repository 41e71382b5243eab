#!/usr/bin/python3
"""validate.py SCHEMA FILE…: checks JSON files against a JSON Schema (2020-12).

With --strict, a member that the schema does not describe is an error too. This is for the output of
this weir, not for its input.
"""
import json
import sys

import jsonschema


def close_objects(schema):
    """The schema, with unknown members forbidden in every described object."""
    if isinstance(schema, list):
        return [close_objects(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: close_objects(part) for name, part in schema.items()}
    if (
        "properties" in schema
        and isinstance(schema["properties"], dict)
        and schema.get("type") == "object"
    ):
        closed.setdefault("additionalProperties", False)
    return closed


def main(arguments):
    strict = "--strict" in arguments
    paths = [argument for argument in arguments if argument != "--strict"]
    with open(paths[0], encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(close_objects(schema) if strict else schema)
    failures = 0
    for path in paths[1:]:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        for error in validator.iter_errors(document):
            print(f"{path}: {error.json_path}: {error.message[:300]}")
            failures += 1
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
