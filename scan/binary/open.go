package binary

import (
	"errors"
	"io"
)

// errNotGo is said of a program without a Go build ID.
var errNotGo = errors.New("not a Go program")

// Deps reads the modules that a program was built with out of a file that is open already, such as one that runs and
// has no name any more. It reads what Read reads of a file and no more, and of a program without a Go build ID only the
// front. The strings are raw.
func Deps(r io.ReaderAt, size int64) ([]Dep, error) {
	head := make([]byte, min(size, headSize))
	if _, err := r.ReadAt(head, 0); err != nil {
		return nil, err
	}
	if formatOf(head) == formatUnknown || !hasBuildID(head) {
		return nil, errNotGo
	}
	info, err := buildInfo(&source{r: r, left: readMax}, head)
	if err != nil {
		return nil, err
	}
	deps := make([]Dep, 0, len(info.Deps))
	for _, d := range info.Deps {
		deps = append(deps, depOf(d))
	}
	return deps, nil
}
