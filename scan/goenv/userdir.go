package goenv

import "runtime"

// UserCacheDir is os.UserCacheDir for a given environment instead of that of this process.
func UserCacheDir(environ []string) (string, error) {
	return parseEnviron(runtime.GOOS, environ).userCacheDir(runtime.GOOS)
}
