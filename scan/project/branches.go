package project

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/scan/gocmd"
	"godoctor/scan/regular"
	"godoctor/scan/tree"
)

// defaultBudget is how long branches are read, for all repositories together.
const defaultBudget = 5 * time.Second

// repositoryMax bounds the list of repositories of which something was left.
const repositoryMax = 1000

// branches reads what the branches of all repositories say.
func (f *finder) branches(projects []*Project) Branches {
	b := Branches{Asked: f.in.Git != nil || f.in.NoGit != "", NoGit: f.in.NoGit}
	if f.in.Git == nil {
		return b
	}
	b.NoGit = ""
	budget := f.in.BranchBudget
	if budget <= 0 {
		budget = defaultBudget
	}
	ctx, cancel := context.WithTimeout(f.ctx, budget)
	defer cancel()
	repos := repositories(projects)
	reads := make([]*branchRead, len(repos))
	turns := tree.Turns(context.Background(), len(repos)) // likewise
	tree.Together(min(workers(f.in.Workers), len(repos)), func(int) {
		for i := range turns {
			reads[i] = &branchRead{finder: f, repo: repos[i], why: repos[i].why}
			reads[i].run(ctx)
		}
	})
	for _, r := range reads {
		b.Read += r.read
		b.Left += r.left
		if r.why != "" && len(b.Repositories) < repositoryMax {
			b.Repositories = append(b.Repositories, Repository{r.repo.top, r.why, r.left})
		}
	}
	return b
}

// A branchRead reads the branches of one repository.
type branchRead struct {
	*finder
	repo  *repository
	tips  []*tip
	paths []string       // of projects' files, from the top of a working tree, slashes
	kinds []blobKind     // of paths
	index map[string]int // of a path
	blobs map[blobKey]*blob

	read, left int
	why        string
}

// A tip is a commit that has names.
type tip struct {
	id    string
	refs  []string
	stash bool
	read  bool
	blobs [][]string // by parent that counts (a stash has three), then by path: object IDs, "" for none
}

// run reads the branches, the newest first, until the time is over.
func (b *branchRead) run(ctx context.Context) {
	if b.why != "" {
		return
	}
	if ctx.Err() != nil {
		b.why = "the time for reading branches was over: give it more, or look below fewer roots"
		return
	}
	if err := b.findTips(ctx); err != nil {
		b.why = err.Error()
		return
	}
	b.findPaths()
	b.blobs = make(map[blobKey]*blob)
	own := b.ownBlobs()
	for rest := b.tips; len(rest) > 0; {
		n := min(len(rest), max(1, lookMax/(3*max(1, len(b.paths)))))
		if err := b.readTips(ctx, rest[:n], own); err != nil {
			b.why = err.Error()
			break
		}
		rest = rest[n:]
	}
	for _, t := range b.tips {
		if t.read {
			b.read += len(t.refs)
		} else {
			b.left += len(t.refs)
		}
	}
	for i := range b.repo.trees {
		for _, p := range b.repo.trees[i].projects {
			b.tell(&b.repo.trees[i], p, own)
		}
	}
}

// lookMax is how many objects git is asked for at a time.
const lookMax = 8192

// findTips finds the commits: of branches, of stash entries, and of a working tree that is on no branch.
func (b *branchRead) findTips(ctx context.Context) error {
	refs, err := b.in.Git.Refs(ctx, b.repo.top, "refs/heads", "refs/stash")
	if err != nil {
		return err
	}
	byID := make(map[string]*tip)
	add := func(r gocmd.Ref, stash bool) {
		t := byID[r.ID]
		if t == nil {
			t = &tip{id: r.ID}
			byID[r.ID] = t
			b.tips = append(b.tips, t)
		}
		t.refs, t.stash = append(t.refs, r.Name), t.stash || stash
	}
	for i := range b.repo.trees {
		if id := detached(b.repo.trees[i].git.own); id != "" {
			add(gocmd.Ref{Name: "HEAD", ID: id}, false)
		}
	}
	for _, r := range refs {
		if r.Name != "refs/stash" {
			add(r, false)
			continue
		}
		for _, s := range stashes(b.repo.common, r.ID) {
			add(s, true)
		}
	}
	return nil
}

// detached is the commit that HEAD names; "" where it names a branch.
func detached(dir string) string {
	data, err := regular.ReadFile(filepath.Join(dir, "HEAD"), linkLimit)
	if err != nil {
		return ""
	}
	id := strings.TrimSpace(string(data))
	if !gocmd.IsID(id) {
		return ""
	}
	return id
}

// stashLimit is more than the log of any stash has, in bytes.
const stashLimit = 4 << 20

// stashes are the entries of the stash: its reference is the last one, the others are in its log, the oldest
// first (git-stash(1)). A repository that keeps its references otherwise has no such file.
func stashes(common, last string) []gocmd.Ref {
	data, err := regular.ReadFile(filepath.Join(common, "logs", "refs", "stash"), stashLimit)
	var ids []string
	for line := range strings.Lines(string(data)) {
		if f := strings.SplitN(line, " ", 3); err == nil && len(f) == 3 && gocmd.IsID(f[1]) {
			ids = append(ids, f[1])
		}
	}
	if len(ids) == 0 || ids[len(ids)-1] != last {
		ids = append(ids, last)
	}
	slices.Reverse(ids)
	var list []gocmd.Ref
	for i, id := range ids {
		list = append(list, gocmd.Ref{Name: fmt.Sprintf("stash@{%d}", i), ID: id})
	}
	return list
}

// findPaths finds the files to look for in each commit.
func (b *branchRead) findPaths() {
	b.index = make(map[string]int)
	for i := range b.repo.trees {
		for _, p := range b.repo.trees[i].projects {
			for _, file := range []string{p.File, p.SumFile} {
				path := b.repo.trees[i].path(file)
				if _, known := b.index[path]; !known && path != "" {
					b.index[path] = len(b.paths)
					b.paths, b.kinds = append(b.paths, path), append(b.kinds, p.kind(file))
				}
			}
		}
	}
}

// path is a file as a commit names it; "" where it is not in the working tree.
func (t *worktree) path(file string) string {
	rel, ok := below(t.top, file)
	if !ok {
		return ""
	}
	return filepath.ToSlash(rel)
}

// revisions are what is looked at of a tip: of a stash entry also the index and the files that git did not
// know (git-stash(1)).
func (t *tip) revisions() []string {
	if t.stash {
		return []string{t.id, t.id + "^2", t.id + "^3"}
	}
	return []string{t.id}
}
