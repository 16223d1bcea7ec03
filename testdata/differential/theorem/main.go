// Theorem takes out of a module cache what godoctor says that nobody needs, and puts it back. It reads the answer of
// godoctor ls --json on standard input, and moves by renames, within the cache's own file system:
//
//   - of an orphan the extracted directory, .zip, .ziphash, .mod and .info;
//   - of a version of which only the go.mod file is needed, the extracted directory, .zip and .ziphash.
//
// usage: theorem take DIR < ls.json   moves them to DIR, and writes down where they were
//
//	theorem back DIR             moves them back
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/module"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "theorem:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 3 || args[0] != "take" && args[0] != "back" {
		return errors.New("usage: theorem take|back DIR MODCACHE")
	}
	if args[0] == "back" {
		return back(args[1])
	}
	return take(args[1], args[2])
}

// version is what is read of a module in the answer.
type version struct{ Path, Version, State string }

// take moves what is not needed, and prints how much that was.
func take(dir, cache string) error {
	var answer struct{ Modules []version }
	if err := json.NewDecoder(os.Stdin).Decode(&answer); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	list, err := os.Create(filepath.Join(dir, "list"))
	if err != nil {
		return err
	}
	defer list.Close()
	counts := make(map[string]int)
	for i, v := range answer.Modules {
		counts[v.State]++
		names, err := files(cache, v)
		if err != nil {
			return err
		}
		for j, name := range names {
			to := filepath.Join(dir, fmt.Sprintf("%d-%d", i, j))
			if err := os.Rename(name, to); errors.Is(err, fs.ErrNotExist) {
				continue
			} else if err != nil {
				return err
			}
			fmt.Fprintf(list, "%s\t%s\n", to, name)
		}
	}
	fmt.Println("states:", counts)
	if counts["orphan"] == 0 || counts["graph-only"] == 0 {
		return errors.New("nothing is called an orphan or graph-only: there is nothing to prove")
	}
	return list.Sync()
}

// files are the parts of a version that its state lets go.
func files(cache string, v version) ([]string, error) {
	if v.State != "orphan" && v.State != "graph-only" {
		return nil, nil
	}
	path, err := module.EscapePath(v.Path)
	if err != nil {
		return nil, err
	}
	name, err := module.EscapeVersion(v.Version)
	if err != nil {
		return nil, err
	}
	at := filepath.Join(cache, "cache", "download", filepath.FromSlash(path), "@v", name)
	out := []string{filepath.Join(cache, filepath.FromSlash(path)+"@"+name), at + ".zip", at + ".ziphash"}
	if v.State == "orphan" {
		out = append(out, at+".mod", at+".info")
	}
	return out, nil
}

// back moves everything back.
func back(dir string) error {
	list, err := os.Open(filepath.Join(dir, "list"))
	if err != nil {
		return err
	}
	defer list.Close()
	s := bufio.NewScanner(list)
	for s.Scan() {
		from, to, ok := strings.Cut(s.Text(), "\t")
		if !ok {
			return fmt.Errorf("%q is no line of the list", s.Text())
		}
		if err := os.Rename(from, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return s.Err()
}
