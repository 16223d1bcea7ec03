package goenv

import (
	"runtime"
	"strings"
)

// Getenv finds a variable in an environment in the form of os.Environ; "" where it is not set. Of several entries the first
// counts, as for every Go program, and on Windows upper and lower case are one.
func Getenv(goos string, environ []string, key string) string {
	key = envKey(goos, key)
	for _, kv := range environ {
		if k, v, ok := strings.Cut(kv, "="); ok && envKey(goos, k) == key {
			return v
		}
	}
	return ""
}

// HomeDir is the home directory that an environment names, as os.UserHomeDir finds it; "" where it names none.
func HomeDir(environ []string) string {
	return Getenv(runtime.GOOS, environ, homeVariable(runtime.GOOS))
}

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
