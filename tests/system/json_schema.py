"""JSON Schema as far as our document uses it, written apart from the server's own checker."""
import re


def resolve(schema, document):
    while "$ref" in schema:
        at = document
        for part in schema["$ref"].lstrip("#/").split("/"):
            at = at[part.replace("~1", "/").replace("~0", "~")]
        schema = at
    return schema


def type_of(value):
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return {str: "string", list: "array", dict: "object"}[type(value)]


def is_type(value, want):
    got = type_of(value)
    return got == want or (want == "number" and got == "integer") or (want == "integer" and got == "number" and value == int(value))


def faults(value, schema, document, at=""):
    """Every place where value is not as the schema says."""
    schema = resolve(schema, document)
    found = []
    for word in ("oneOf", "anyOf"):
        if word in schema:
            fits = sum(not faults(value, s, document, at) for s in schema[word])
            if fits == 0 or (word == "oneOf" and fits != 1):
                found.append(f"{at}: fits {fits} of {word}")
    for part in schema.get("allOf", []):
        found += faults(value, part, document, at)
    types = schema.get("type")
    if types is not None and not any(is_type(value, t) for t in ([types] if isinstance(types, str) else types)):
        return found + [f"{at}: is {type_of(value)}, not {types}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is none of {schema['enum']}")
    if "const" in schema and value != schema["const"]:
        found.append(f"{at}: is not {schema['const']!r}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value < schema.get("minimum", value) or value > schema.get("maximum", value):
            found.append(f"{at}: {value} lies outside")
        if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
            found.append(f"{at}: {value} is too small")
        if "exclusiveMaximum" in schema and value >= schema["exclusiveMaximum"]:
            found.append(f"{at}: {value} is too large")
    if isinstance(value, str):
        if len(value) < schema.get("minLength", 0) or len(value) > schema.get("maxLength", len(value)):
            found.append(f"{at}: length {len(value)}")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{at}: {value!r} is not like {schema['pattern']}")
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0) or len(value) > schema.get("maxItems", len(value)):
            found.append(f"{at}: {len(value)} items")
        for i, item in enumerate(value):
            found += faults(item, schema.get("items", {}), document, f"{at}/{i}")
    if isinstance(value, dict):
        for name in schema.get("required", []):
            if name not in value:
                found.append(f"{at}: {name} is missing")
        properties, more = schema.get("properties", {}), schema.get("additionalProperties", True)
        for name, member in value.items():
            if name in properties:
                found += faults(member, properties[name], document, f"{at}/{name}")
            elif more is False:
                found.append(f"{at}: {name} is not in the schema")
            elif isinstance(more, dict):
                found += faults(member, more, document, f"{at}/{name}")
    return found
