package fetch

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	"godoctor/scan/regular"
)

// maxNetrc bounds the netrc file that is read, in bytes.
const maxNetrc = 1 << 20

// A login is one machine of a netrc file.
type login struct{ machine, user, password string }

// parseNetrc reads a netrc file as the go command does (cmd/go/internal/auth/netrc.go): tokens in pairs, line by
// line; a macro goes on to the next empty line; a machine counts once it has a login and a password; "default" is
// not used, and nothing of the line behind it.
func parseNetrc(data string) []login {
	var list []login
	var l login
	macro := false
	for line := range strings.SplitSeq(data, "\n") {
		if macro {
			macro = line != ""
			continue
		}
		f := strings.Fields(line)
		for i := 0; i+1 < len(f); i += 2 {
			switch f[i] {
			case "machine":
				l = login{machine: f[i+1]}
			case "login":
				l.user = f[i+1]
			case "password":
				l.password = f[i+1]
			case "macdef":
				macro = true
			}
			if l.machine != "" && l.user != "" && l.password != "" {
				list = append(list, l)
				l = login{}
			}
		}
		if len(f)%2 == 1 && f[len(f)-1] == "default" {
			break // a default stands behind all machines
		}
	}
	return list
}

// netrcFiles are the places of the netrc file, in the order in which they are looked for.
func netrcFiles(getenv func(string) string, goos string) []string {
	if file := getenv("NETRC"); file != "" {
		return []string{file}
	}
	variable, names := "HOME", []string{".netrc"}
	switch goos {
	case "windows":
		variable, names = "USERPROFILE", []string{"_netrc", ".netrc"}
	case "plan9":
		variable = "home"
	}
	home := getenv(variable)
	if home == "" {
		return nil
	}
	for i := range names {
		names[i] = filepath.Join(home, names[i])
	}
	return names
}

// readNetrc reads the first of the files that exists. That there is none is no error.
func readNetrc(files []string) ([]login, error) {
	for _, file := range files {
		data, err := regular.ReadFile(file, maxNetrc)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return parseNetrc(string(data)), nil
	}
	return nil, nil
}

// find returns the first login for an address, or nil: that of the longest prefix of "host:port/path" which is a machine
// (auth.loadCredential). A port belongs to the host.
func find(list []login, host, path string) *login {
	for prefix := strings.TrimSuffix(host+path, "/"); ; {
		for i := range list {
			machine := strings.TrimSuffix(strings.TrimPrefix(list[i].machine, "https://"), "/")
			if machine == prefix {
				return &list[i]
			}
		}
		i := strings.LastIndexByte(prefix, '/')
		if i < 0 {
			return nil
		}
		prefix = prefix[:i]
	}
}
