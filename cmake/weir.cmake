# The flags of every target of weir, and weir_folder(): one target per folder of src/, whose links
# are the layering of docs/architecture.md.

add_library(weir_flags INTERFACE)
target_compile_options(weir_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Wimplicit-fallthrough -Wswitch-enum -Werror)
if(WEIR_SANITIZE)
  target_compile_options(weir_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  target_link_options(weir_flags INTERFACE -fsanitize=address,undefined)
endif()
target_include_directories(weir_flags INTERFACE ${PROJECT_SOURCE_DIR}/src)

# weir_folder(NAME folder LINKS targets…): a static library of all sources directly in src/<folder>.
function(weir_folder name)
  cmake_parse_arguments(ARG "" "" "LINKS;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  string(REPLACE "/" "_" target "weir_${name}")
  if(NOT sources)
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE weir_flags ${ARG_LINKS})
    return()
  endif()
  add_library(${target} STATIC ${sources})
  target_link_libraries(${target} PUBLIC weir_flags ${ARG_LINKS} PRIVATE ${ARG_PRIVATE})
endfunction()
