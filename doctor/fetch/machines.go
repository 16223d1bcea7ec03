package fetch

import (
	"errors"
	"io/fs"
	"slices"

	"godoctor/scan/regular"
)

// A Netrc is what may be told of a netrc file: whom it has passwords for, not which.
type Netrc struct {
	File     string   // "": there is none
	Machines []string // with a user and a password, as they are written; sorted, each once. Raw
}

// NetrcOf reads the netrc file that the go command, git and curl find in an environment. It is the first of the places
// that exists (cmd/go/internal/auth/netrc.go); what cannot be read is an error beside its name.
func NetrcOf(environ []string, goos string) (Netrc, error) {
	for _, file := range netrcFiles(variables(environ), goos) {
		data, err := regular.ReadFile(file, maxNetrc)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		n := Netrc{File: file}
		for _, l := range parseNetrc(string(data)) {
			n.Machines = append(n.Machines, l.machine)
		}
		slices.Sort(n.Machines)
		n.Machines = slices.Compact(n.Machines)
		return n, err
	}
	return Netrc{}, nil
}
