package gocmd

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hostile is a configuration that names a program wherever git takes one, and wants to fetch what is missing.
// %[1]s is the program, %[2]s a file that nobody may write.
const hostile = `
[core]
	repositoryformatversion = 1
	fsmonitor = %[1]s
	hooksPath = hooks
	pager = %[1]s
	editor = %[1]s
	askPass = %[1]s
	sshCommand = %[1]s
	gitProxy = %[1]s
	alternateRefsCommand = %[1]s
	attributesFile = attributes
[extensions]
	partialClone = origin
[remote "origin"]
	url = ext::%[1]s %%S
	promisor = true
	partialclonefilter = blob:none
	fetch = +refs/heads/*:refs/remotes/origin/*
	uploadpack = %[1]s
	vcs = evil
	proxy = %[1]s
[protocol]
	allow = always
[protocol "ext"]
	allow = always
[protocol "file"]
	allow = always
[credential]
	helper = !%[1]s
[uploadpack]
	packObjectsHook = %[1]s
[diff]
	external = %[1]s
[diff "x"]
	textconv = %[1]s
	command = %[1]s
[filter "x"]
	clean = %[1]s
	smudge = %[1]s
	process = %[1]s
	required = true
[merge "x"]
	driver = %[1]s
[alias]
	cat-file = !%[1]s
	for-each-ref = !%[1]s
[gpg]
	program = %[1]s
[log]
	showSignature = true
[pager]
	cat-file = %[1]s
	for-each-ref = %[1]s
[trace2]
	normalTarget = %[2]s
	eventTarget = %[2]s
[safe]
	directory = *
	bareRepository = all
[gc]
	auto = 1
[maintenance]
	auto = true
[include]
	path = more
`

// TestHostile: a repository cannot have anything run or fetched by being looked at.
func TestHostile(t *testing.T) {
	dir, git := repo(t)
	write(t, filepath.Join(dir, ".gitattributes"), "* diff=x filter=x merge=x\n")
	git("add", ".")
	git("commit", "-qm", "2")
	head := git("rev-parse", "HEAD")
	mod := git("rev-parse", "HEAD:go.mod")
	git("replace", mod, git("hash-object", "-w", "-t", "blob", "--stdin"))

	mark := filepath.Join(dir, "mark")
	evil := filepath.Join(dir, "evil")
	write(t, evil, "#!/bin/sh\necho \"$0 $*\" >>'"+mark+"'\ncat\n")
	write(t, filepath.Join(dir, "git-remote-evil"), "#!/bin/sh\necho \"$0 $*\" >>'"+mark+"'\n")
	for _, hook := range []string{"post-checkout", "pre-auto-gc", "reference-transaction", "post-index-change", "fsmonitor-watchman", "pre-receive"} {
		for _, place := range []string{"hooks", ".git/hooks"} {
			write(t, filepath.Join(dir, place, hook), "#!/bin/sh\necho \"$0\" >>'"+mark+"'\n")
		}
	}
	write(t, filepath.Join(dir, ".git", "info", "attributes"), "* diff=x filter=x\n")
	write(t, filepath.Join(dir, ".git", "more"), fmt.Sprintf("[core]\n\tfsmonitor = %s\n\tsshCommand = %s\n", evil, evil))
	other, _ := repo(t)
	write(t, filepath.Join(dir, ".git", "objects", "info", "alternates"), filepath.Join(other, ".git", "objects")+"\n")
	config := filepath.Join(dir, ".git", "config")
	write(t, config, fmt.Sprintf(hostile, evil, mark))
	before := listing(t, dir)

	g, ctx := runner(t), t.Context()
	refs, err := g.Refs(ctx, dir, "refs/heads", "refs/stash")
	if err != nil || len(refs) != 2 {
		t.Errorf("refs: %v, %v", refs, err)
	}
	objects, err := g.Look(ctx, dir, []string{head + ":go.mod", head + ":.gitattributes"})
	if err != nil || len(objects) != 2 || objects[0].ID != mod {
		t.Fatalf("look: %v, %v", objects, err)
	}
	contents, err := g.Contents(ctx, dir, []string{objects[0].ID})
	if err != nil || string(contents[0]) != "module a\n" {
		t.Errorf("contents: %q, %v", contents, err)
	}
	// What a partial clone lacks git would fetch, with the programs above.
	missing := strings.Repeat("12", 20)
	if o, err := g.Look(ctx, dir, []string{missing, missing + ":go.mod"}); err == nil && (o[0].ID != "" || o[1].ID != "") {
		t.Errorf("a missing object is there: %v", o)
	}
	if c, err := g.Contents(ctx, dir, []string{missing}); err == nil && c[0] != nil {
		t.Errorf("a missing object has content: %q", c)
	}
	if b, err := os.ReadFile(mark); err == nil {
		t.Errorf("something was run or written:\n%s", b)
	}
	if after := listing(t, dir); after != before {
		t.Errorf("the repository was changed:\n%s\nbefore:\n%s", after, before)
	}
}

// listing names everything below a directory.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		fi, err := d.Info()
		if err == nil {
			fmt.Fprintln(&b, path, fi.Size(), fi.ModTime())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestHostileIsHostile: the same repository does run its programs where nobody prevents it, so that the test
// above proves something.
func TestHostileIsHostile(t *testing.T) {
	dir, git := repo(t)
	mark := filepath.Join(dir, "mark")
	evil := filepath.Join(dir, "evil")
	write(t, evil, "#!/bin/sh\necho ran >>'"+mark+"'\n")
	write(t, filepath.Join(dir, ".git", "config"), "[core]\n\tfsmonitor = "+evil+"\n")
	git("status")
	if _, err := os.Stat(mark); err != nil {
		t.Errorf("git status did not run core.fsmonitor: %v", err)
	}
}
