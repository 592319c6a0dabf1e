# The JNI mapping library of the guard agent. Xen's libraries are loaded at run time: no Xen is needed to build or to test it.
# Only the headers of the JDK are needed: of JAVA_HOME, or else of the javac in PATH.
if(DEFINED ENV{JAVA_HOME} AND EXISTS $ENV{JAVA_HOME}/include/jni.h)
  set(JDK_HOME $ENV{JAVA_HOME})
else()
  find_program(JAVAC javac REQUIRED)
  file(REAL_PATH ${JAVAC} JAVAC_FILE)
  get_filename_component(JDK_HOME ${JAVAC_FILE}/../.. ABSOLUTE)
endif()
find_path(JNI_HEADER jni.h PATHS ${JDK_HOME}/include NO_DEFAULT_PATH REQUIRED)
set(JNI_INCLUDE_DIRS ${JNI_HEADER} ${JNI_HEADER}/linux)

add_library(vmcoupler-introspect SHARED ${INTROSPECT_SOURCES})
target_include_directories(vmcoupler-introspect PRIVATE ${JNI_INCLUDE_DIRS})
target_link_libraries(vmcoupler-introspect PRIVATE ${CMAKE_DL_LIBS})
set_target_properties(vmcoupler-introspect PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${VMC_OUTPUT})
if(NOT VMC_SANITIZE)
  target_link_options(vmcoupler-introspect PRIVATE -Wl,-z,defs -Wl,-z,now -Wl,-z,relro)
endif()

# Stands for libxenforeignmemory in tests: a domain is a file. The tests of the Java side load it from target/native-test.
set(INTROSPECT_TESTS ${CMAKE_SOURCE_DIR}/src/test/c/introspect)
add_library(file-foreignmemory SHARED ${INTROSPECT_TESTS}/file_foreignmemory.c)
set_target_properties(file-foreignmemory PROPERTIES OUTPUT_NAME vmcoupler-file-foreignmemory
  LIBRARY_OUTPUT_DIRECTORY ${VMC_OUTPUT}-test)

find_package(Threads REQUIRED)
add_executable(introspect-window-test ${VMC_MAIN}/introspect/library.c ${VMC_MAIN}/introspect/window.c
  ${VMC_MAIN}/introspect/scan.c ${INTROSPECT_TESTS}/window_test.c)
target_include_directories(introspect-window-test PRIVATE ${VMC_MAIN}/introspect)
target_link_libraries(introspect-window-test PRIVATE ${CMAKE_DL_LIBS} Threads::Threads)
# Always under the sanitizers: it is small, and reads of a window race with unmaps by design.
target_compile_options(introspect-window-test PRIVATE -U_FORTIFY_SOURCE -fsanitize=address,undefined -fno-sanitize-recover=all)
target_link_options(introspect-window-test PRIVATE -fsanitize=address,undefined)
enable_testing()
add_test(NAME introspect-window COMMAND introspect-window-test $<TARGET_FILE:file-foreignmemory>)
