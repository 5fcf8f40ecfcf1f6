# Fills the empty forms of an English FILE: "%n part(s)" becomes "%n part" and "%n parts". What is
# already filled stays as it is.
cmake_minimum_required(VERSION 3.25)

# Semicolons and brackets mean something in CMake's lists, so they are kept out of the way.
file(READ "${FILE}" text)
string(REPLACE ";" "@semicolon@" text "${text}")
string(REPLACE "[" "@opening@" text "${text}")
string(REPLACE "]" "@closing@" text "${text}")

set(empty_forms "<translation type=\"unfinished\">[ \n]*<numerusform></numerusform>[ \n]*<numerusform></numerusform>")
string(REGEX MATCHALL "<source>[^<]*</source>[ \n]*(<[a-z]*comment>[^<]*</[a-z]*comment>[ \n]*)*${empty_forms}"
  messages "${text}")
foreach(message IN LISTS messages)
  string(REGEX REPLACE "^<source>([^<]*)</source>.*$" "\\1" source "${message}")
  string(REPLACE "(s)" "" singular "${source}")
  string(REPLACE "(s)" "s" plural "${source}")
  string(REPLACE " type=\"unfinished\"" "" filled "${message}")
  string(REGEX REPLACE "<numerusform></numerusform>([ \n]*)<numerusform></numerusform>"
    "<numerusform>${singular}</numerusform>\\1<numerusform>${plural}</numerusform>" filled "${filled}")
  string(REPLACE "${message}" "${filled}" text "${text}")
endforeach()

string(REPLACE "@semicolon@" ";" text "${text}")
string(REPLACE "@opening@" "[" text "${text}")
string(REPLACE "@closing@" "]" text "${text}")
file(WRITE "${FILE}" "${text}")
