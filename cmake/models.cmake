# cmake -DDIR=folder -DOUT=file.c -P models.cmake
# Writes a C table of the packed models in a folder, KIND.pbm.gz each, their bytes taken in by the assembler.
file(GLOB files ${DIR}/*.pbm.gz)
list(SORT files)
set(code "/* made from data/defaults/models by cmake/models.cmake */\n#include \"registry.h\"\n\n#include <string.h>\n\n")
set(rows "")
foreach(file ${files})
    get_filename_component(kind ${file} NAME)
    string(REPLACE ".pbm.gz" "" kind ${kind})
    string(MAKE_C_IDENTIFIER ${kind} name)
    string(APPEND code "__asm__(\".section .rodata\\n.global pb__shipped_${name}\\npb__shipped_${name}:\\n\"\n"
        "        \".incbin \\\"${file}\\\"\\n.global pb__shipped_${name}_end\\npb__shipped_${name}_end:\\n.byte 0\\n.previous\\n\");\n"
        "extern const char pb__shipped_${name}[], pb__shipped_${name}_end[];\n")
    string(APPEND rows "    {\"${kind}\", pb__shipped_${name}, pb__shipped_${name}_end},\n")
endforeach()
string(APPEND code "
static const struct {
    const char *kind, *at, *end;
} shipped[] = {
${rows}    {0, 0, 0},
};

bool pb__model_shipped(const char *kind, pb_span *out)
{
    for (size_t i = 0; shipped[i].kind; i++)
        if (strcmp(shipped[i].kind, kind) == 0) {
            *out = (pb_span){shipped[i].at, (size_t)(shipped[i].end - shipped[i].at)};
            return true;
        }
    return false;
}
")
file(WRITE "${OUT}" "${code}")
