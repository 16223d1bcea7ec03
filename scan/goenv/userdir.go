package goenv

import "runtime"

// UserCacheDir is os.UserCacheDir for a given environment instead of that of this process.
func UserCacheDir(environ []string) (string, error) {
	return parseEnviron(runtime.GOOS, environ).userCacheDir(runtime.GOOS)
}

// UserConfigDir is os.UserConfigDir for a given environment.
func UserConfigDir(environ []string) (string, error) {
	return parseEnviron(runtime.GOOS, environ).userConfigDir(runtime.GOOS)
}

// UserStateDir is where programs keep what is to outlive a cache: XDG_STATE_HOME by the XDG base directory
// specification, and on systems without it where their programs keep everything of their own.
func UserStateDir(environ []string) (string, error) {
	goos := runtime.GOOS
	env := parseEnviron(goos, environ)
	if goos == "plan9" {
		return env.plan9Dir("/lib/state")
	}
	return env.userDir(goos, "LocalAppData", "/Library/Application Support", "XDG_STATE_HOME", "/.local/state")
}
