package remedy

// OpenPaths is openPaths for the tests outside of the package.
var OpenPaths = openPaths
