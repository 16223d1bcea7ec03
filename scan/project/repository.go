package project

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"godoctor/scan/regular"
)

// A repository is a git repository with the working trees in which projects were found.
type repository struct {
	common string // its directory: that of all its working trees
	top    string // the first working tree, where git is run
	trees  []worktree
	why    string // why it is not read; "" if it is
}

// A gitDir is where git keeps what belongs to a working tree.
type gitDir struct {
	own    string // HEAD is in it
	common string // branches are in it
}

// A worktree is one of its working trees.
type worktree struct {
	top      string
	git      gitDir
	projects []*Project
}

// repositories finds the repositories of projects. Both are sorted by path.
func repositories(projects []*Project) []*repository {
	var list []*repository
	byCommon, byTop := make(map[string]*repository), make(map[string]int)
	tops := make(map[string]string) // of a directory; "": it is in none
	for _, p := range projects {
		top := topOf(tops, filepath.Dir(p.File))
		if top == "" {
			continue
		}
		git, err := gitDirOf(top)
		r := byCommon[git.common]
		if r == nil {
			r = &repository{common: git.common, top: top}
			byCommon[git.common] = r
			list = append(list, r)
		}
		i, ok := byTop[top]
		if !ok {
			i = len(r.trees)
			byTop[top] = i
			r.trees = append(r.trees, worktree{top: top, git: git})
			if err == nil {
				err = owned(top, filepath.Join(top, ".git"), git.own, git.common)
			}
			if err != nil && r.why == "" {
				r.why = err.Error()
			}
		}
		r.trees[i].projects = append(r.trees[i].projects, p)
	}
	return list
}

// topOf finds the working tree that a directory is in: the nearest one upwards with .git in it.
func topOf(tops map[string]string, dir string) string {
	if top, known := tops[dir]; known {
		return top
	}
	top := ""
	if fi, err := os.Lstat(filepath.Join(dir, ".git")); err == nil && (fi.IsDir() || fi.Mode().IsRegular()) {
		top = dir
	} else if up := filepath.Dir(dir); up != dir {
		top = topOf(tops, up)
	}
	tops[dir] = top
	return top
}

// linkLimit is more than any .git file or commondir file has.
const linkLimit = 1 << 14

// errElsewhere is why a repository on another machine is not opened: Windows would log in there.
var errElsewhere = errors.New("its .git file leads to another machine")

// gitDirOf finds what belongs to a working tree: .git itself, or what a .git file leads to, and then what
// commondir in it leads to (gitrepository-layout(5)). With an error it is what was reached.
func gitDirOf(top string) (gitDir, error) {
	dir := filepath.Join(top, ".git")
	g := gitDir{dir, dir}
	fi, err := os.Lstat(dir)
	if err != nil {
		return g, fmt.Errorf("%q: %w", dir, cause(err))
	}
	if !fi.IsDir() {
		data, err := regular.ReadFile(dir, linkLimit)
		if err != nil {
			return g, fmt.Errorf("%q: %w", dir, cause(err))
		}
		to, ok := strings.CutPrefix(string(data), "gitdir: ")
		if !ok {
			return g, fmt.Errorf("%q says nothing about a repository", dir)
		}
		if to, err = lead(top, to); err != nil {
			return g, err
		}
		g = gitDir{to, to}
	}
	data, err := regular.ReadFile(filepath.Join(g.own, "commondir"), linkLimit)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return g, nil
	case err == nil:
		var to string
		if to, err = lead(g.own, string(data)); err == nil {
			g.common = to
		}
	}
	return g, err
}

// lead follows what a file in a directory says.
func lead(dir, to string) (string, error) {
	to = filepath.FromSlash(strings.TrimRight(to, "\r\n"))
	if strings.HasPrefix(to, `\\`) {
		return "", errElsewhere
	}
	if !filepath.IsAbs(to) {
		to = filepath.Join(dir, to)
	}
	return filepath.Clean(to), nil
}

// owned reports, as an error, what of a repository belongs to another user. Git does not read such a
// repository either, unless its user has named it in safe.directory; here nobody is asked (CVE-2022-24765).
func owned(paths ...string) error {
	for _, p := range paths {
		fi, err := os.Lstat(p)
		if err != nil {
			return fmt.Errorf("%q: %w", p, cause(err))
		}
		if uid := owner(fi); uid >= 0 && uid != os.Geteuid() {
			return fmt.Errorf("%q belongs to another user, whose settings git would follow: look at its branches as that user", p)
		}
	}
	return nil
}
