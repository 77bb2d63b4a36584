# What `cmake --install` puts in place: the programs (which carry scenarios, catalogue and report
# assets inside), and the same scenarios and documents as files to read and to start from.

include(GNUInstallDirs)
foreach(program mqttspec mqttspec-broker)
  if(TARGET ${program})
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  endif()
endforeach()
install(DIRECTORY scenarios/ DESTINATION ${CMAKE_INSTALL_DATADIR}/mqttspec/scenarios
  FILES_MATCHING PATTERN "*.json")
install(DIRECTORY conformance/catalogue/ conformance/report/
  DESTINATION ${CMAKE_INSTALL_DATADIR}/mqttspec/schema FILES_MATCHING PATTERN "*.schema.json")
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES conformance/catalogue/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}
  RENAME catalogue.md)
install(FILES conformance/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME authoring.md)
install(FILES scenarios/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME scenarios.md OPTIONAL)
