package goenv

import (
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// An environ is a process environment by name.
type environ map[string]string

// parseEnviron reads an environment in the form of os.Environ. Windows does not tell upper from lower
// case in names, and keeps entries such as "=C:=C:\dir".
func parseEnviron(goos string, list []string) environ {
	env := environ{}
	for _, kv := range list {
		if kv == "" {
			continue
		}
		i := strings.IndexByte(kv[1:], '=') + 1
		if i == 0 {
			continue
		}
		key := envKey(goos, kv[:i])
		if _, ok := env[key]; !ok {
			env[key] = kv[i+1:]
		}
	}
	return env
}

// Distinct is an environment in the form of os.Environ without what does not count: of several entries of one variable every Go
// program takes the first (syscall.copyenv), the go command among them, whereas os/exec passes on the last. Who looks and what is
// started then have the same. The list stays as it is.
func Distinct(list []string) []string { return distinct(runtime.GOOS, list) }

func distinct(goos string, list []string) []string {
	seen := make(map[string]bool)
	return slices.DeleteFunc(slices.Clone(list), func(kv string) bool {
		i := strings.IndexByte(kv, '=')
		if i <= 0 { // not a variable, or where a drive of Windows stands
			return false
		}
		key := envKey(goos, kv[:i])
		twice := seen[key]
		seen[key] = true
		return twice
	})
}

func envKey(goos, key string) string {
	if goos == "windows" {
		return strings.ToUpper(key)
	}
	return key
}

// homeVariable is the variable that names the home directory (go/build.defaultGOPATH).
func homeVariable(goos string) string {
	switch goos {
	case "windows":
		return "USERPROFILE"
	case "plan9":
		return "home"
	}
	return "HOME"
}

// userDir is what os.UserConfigDir and os.UserCacheDir have in common, for the given environment
// instead of that of this process: the variable of the system, or a place below the home directory.
func (env environ) userDir(goos, windows, darwin, xdg, unix string) (string, error) {
	home := env[homeVariable(goos)]
	switch goos {
	case "windows":
		if dir := env[strings.ToUpper(windows)]; dir != "" {
			return dir, nil
		}
		return "", errors.New("%" + windows + "% is not defined")
	case "darwin", "ios":
		if home == "" {
			return "", errors.New("$HOME is not defined")
		}
		return home + darwin, nil
	}
	if dir := env[xdg]; dir != "" {
		if !isAbs(goos, dir) {
			return "", errors.New("path in $" + xdg + " is relative")
		}
		return dir, nil
	}
	if home == "" {
		return "", errors.New("neither $" + xdg + " nor $HOME are defined")
	}
	return home + unix, nil
}

func (env environ) userConfigDir(goos string) (string, error) {
	if goos == "plan9" {
		return env.plan9Dir("/lib")
	}
	return env.userDir(goos, "AppData", "/Library/Application Support", "XDG_CONFIG_HOME", "/.config")
}

func (env environ) userCacheDir(goos string) (string, error) {
	if goos == "plan9" {
		return env.plan9Dir("/lib/cache")
	}
	return env.userDir(goos, "LocalAppData", "/Library/Caches", "XDG_CACHE_HOME", "/.cache")
}

func (env environ) plan9Dir(below string) (string, error) {
	if env["home"] == "" {
		return "", errors.New("$home is not defined")
	}
	return env["home"] + below, nil
}

// tempDir is os.TempDir for the given environment. Windows asks the system, which looks at the same
// variables in this order.
func (env environ) tempDir(goos string) string {
	switch goos {
	case "windows":
		for _, key := range []string{"TMP", "TEMP", "USERPROFILE"} {
			if env[key] != "" {
				return env[key]
			}
		}
		return `C:\Windows`
	case "plan9":
		return "/tmp"
	}
	if dir := env["TMPDIR"]; dir != "" {
		return dir
	}
	if goos == "android" {
		return "/data/local/tmp"
	}
	return "/tmp"
}

// isAbs is filepath.IsAbs for the given system.
func isAbs(goos, p string) bool {
	if goos != "windows" {
		return strings.HasPrefix(p, "/")
	}
	slash := func(i int) bool { return i < len(p) && (p[i] == '\\' || p[i] == '/') }
	if slash(0) && slash(1) {
		return true
	}
	return len(p) > 2 && p[1] == ':' && slash(2)
}

// splitList is filepath.SplitList for the given system. On Windows a quoted part may hold semicolons.
func splitList(goos, list string) []string {
	if list == "" {
		return nil
	}
	if goos != "windows" {
		sep := ":"
		if goos == "plan9" {
			sep = "\x00"
		}
		return strings.Split(list, sep)
	}
	var parts []string
	start, quoted := 0, false
	for i := range len(list) {
		switch {
		case list[i] == '"':
			quoted = !quoted
		case list[i] == ';' && !quoted:
			parts = append(parts, list[start:i])
			start = i + 1
		}
	}
	parts = append(parts, list[start:])
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(p, `"`, ``)
	}
	return parts
}

// absolute returns p as a path to open: as it is, or below dir. It returns "" for a relative p when dir is
// not known, because a path below the directory of this process would be another file.
func absolute(goos, dir, p string) string {
	switch {
	case p == "" || isAbs(goos, p):
		return p
	case dir == "":
		return ""
	}
	return filepath.Join(dir, p)
}
