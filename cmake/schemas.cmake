# cmake -DDIR=folder -DOUT=file.c -P schemas.cmake
# Writes a C table of the JSON Schemas in a folder, NAME.json each.
file(GLOB files ${DIR}/*.json)
list(SORT files)
set(code "/* made from src/api/schemas by cmake/schemas.cmake */\n#include <string.h>\n\n#include \"pitboard/api.h\"\n#include \"schemas.h\"\n\n")
set(rows "")
foreach(file ${files})
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
    string(APPEND code "static const char schema_${name}[] = {${bytes}0};\n")
    string(APPEND rows "    {\"${name}\", schema_${name}},\n")
endforeach()
string(APPEND code "
const pb__schema_text pb__schema_texts[] = {
${rows}    {NULL, NULL},
};

const char *pb_api_schema(const char *name)
{
    for (const pb__schema_text *s = pb__schema_texts; s->name; s++)
        if (strcmp(s->name, name) == 0) return s->text;
    return NULL;
}
")
file(WRITE "${OUT}" "${code}")
