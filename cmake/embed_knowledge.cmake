# Writes OUTPUT: the texts of FOLDER's TOML files as C++ raw strings.
set(text "#include \"app/knowledge.h\"\n\nnamespace weir::knowledge {\n")
foreach(name parameters findings servers visit)
  file(READ ${FOLDER}/${name}.toml content)
  string(APPEND text "std::string_view ${name}_toml() {\n  return R\"WEIR_TOML(${content})WEIR_TOML\";\n}\n")
endforeach()
string(APPEND text "}  // namespace weir::knowledge\n")
file(WRITE ${OUTPUT} "${text}")
