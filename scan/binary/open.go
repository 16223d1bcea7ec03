package binary

import (
	"errors"
	"io"
)

// errNotGo is said of a program without a Go build ID.
var errNotGo = errors.New("not a Go program")

// Modules reads the modules that a program was built with, its main module first, out of a file that is open already,
// such as one that runs and has no name any more. It reads what Read reads of a file and no more, and of a program without a Go build ID only the
// front. The strings are raw.
func Modules(r io.ReaderAt, size int64) ([]Dep, error) {
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
	list := make([]Dep, 0, len(info.Deps)+1)
	list = append(list, depOf(&info.Main))
	for _, d := range info.Deps {
		list = append(list, depOf(d))
	}
	return list, nil
}
