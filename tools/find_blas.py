"""Prints where the scipy-openblas32 package keeps its shared library and its licence, for CMakeLists.txt."""

from importlib.metadata import files

found = files("scipy-openblas32")
libraries = [file for file in found if file.name.startswith("libscipy_openblas")]
licenses = [file for file in found if file.name.startswith("LICENSE")]
print(libraries[0].locate(), licenses[0].locate(), sep=";")
