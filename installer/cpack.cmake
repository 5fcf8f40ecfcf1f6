# What an installation consists of beside what resources/ installs, and how cpack makes a package for
# Debian of it. Included at the end of the top CMakeLists.txt. installer/package.sh runs it all.
install(TARGETS longshore RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS longshore_window RUNTIME DESTINATION ${longshore_window_install_dir})

# What Debian compiles and links its own packages with.
if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(longshore_options INTERFACE
    -fstack-protector-strong -Wformat -Werror=format-security -Wp,-D_FORTIFY_SOURCE=2
    # Nothing in a package tells where it was built.
    "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")
  target_link_options(longshore_options INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)
endif()

# A changelog of another version would be wrong in every package.
set(changelog "${CMAKE_CURRENT_LIST_DIR}/debian/changelog")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${changelog}")
file(STRINGS "${changelog}" newest LIMIT_COUNT 1 ENCODING UTF-8)
if(NOT newest MATCHES "^longshore \\(${PROJECT_VERSION}\\) ")
  message(FATAL_ERROR "${changelog} begins with \"${newest}\", the project has ${PROJECT_VERSION}")
endif()

set(documents "${CMAKE_BINARY_DIR}/installer")
file(MAKE_DIRECTORY "${documents}")
add_custom_command(OUTPUT "${documents}/changelog.gz"
  COMMAND ${LONGSHORE_GZIP} -9nc "${changelog}" > "${documents}/changelog.gz"
  DEPENDS "${changelog}" VERBATIM)
add_custom_target(longshore_changelog ALL DEPENDS "${documents}/changelog.gz")
install(FILES "${documents}/changelog.gz" "${CMAKE_CURRENT_LIST_DIR}/debian/copyright"
  DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME longshore)
set(CPACK_PACKAGE_VENDOR "The Longshore authors")
set(CPACK_PACKAGE_CONTACT "The Longshore authors <longshore@users.noreply.github.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "upload large files to the OpenAI Uploads API")
set(CPACK_PACKAGE_DESCRIPTION_FILE "${CMAKE_CURRENT_LIST_DIR}/debian/description")
set(CPACK_RESOURCE_FILE_LICENSE "${CMAKE_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
# Folders are made with these whatever the umask of whoever packs.
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What no library's dependencies say: the journal's driver is a plugin, and without certificates no
# service could be trusted.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libqt6sql6-sqlite, ca-certificates")
# QtKeychain opens libsecret at run time, which asks a keyring. Without qt6-wayland the window is
# shown through XWayland.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS
  "libsecret-1-0, gnome-keyring | kwalletmanager | keepassxc, qt6-wayland, qt6-translations-l10n")
include(CPack)
