package project

import (
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/module"
)

// A blobKey is an object and what it is read as.
type blobKey struct {
	id   string
	kind blobKind
}

// A blobKind is what a file is read as.
type blobKind uint8

const (
	modBlob blobKind = iota
	workBlob
	sumBlob
)

// kind is what the file of a project is read as.
func (p *Project) kind(file string) blobKind {
	switch {
	case file == p.SumFile:
		return sumBlob
	case p.Kind == Workspace:
		return workBlob
	}
	return modBlob
}

// A blob is what a file of a commit says.
type blob struct {
	size  int64
	where string // REF:PATH of the first place in which it was found
	said  *said
	sums  []SumLine
	named []module.Version // all that it names
	doubt []Doubt
}

// ownBlobs gives the object IDs that the files of the working trees would have, by path.
func (b *branchRead) ownBlobs() map[string]string {
	own := make(map[string]string)
	if len(b.tips) == 0 {
		return own
	}
	r := new(reader)
	for i := range b.repo.trees {
		for _, p := range b.repo.trees[i].projects {
			for _, file := range []string{p.File, p.SumFile} {
				if data, doubt, err := r.read(file, sumLimit); doubt == nil && err == nil {
					own[file] = blobID(data, len(b.tips[0].id))
				}
			}
		}
	}
	return own
}

// blobID is the object ID of a file: a SHA-1, or in a repository of that kind a SHA-256.
func blobID(data []byte, digits int) string {
	var h hash.Hash = sha1.New()
	if digits == 2*sha256.Size {
		h = sha256.New()
	}
	fmt.Fprintf(h, "blob %d\x00", len(data))
	h.Write(data)
	return hex.EncodeToString(h.Sum(nil))
}

// readTips finds out which files tips have, and reads those that no working tree has.
func (b *branchRead) readTips(ctx context.Context, tips []*tip, own map[string]string) error {
	var names []string
	for _, t := range tips {
		for _, rev := range t.revisions() {
			for _, path := range b.paths {
				names = append(names, rev+":"+path)
			}
		}
	}
	objects, err := b.in.Git.Look(ctx, b.repo.top, names)
	if err != nil {
		return err
	}
	var todo []blobKey
	for _, t := range tips {
		for range t.revisions() {
			ids := make([]string, len(b.paths))
			for i, path := range b.paths {
				o := objects[0]
				objects = objects[1:]
				if o.Type != "blob" {
					continue
				}
				ids[i] = b.word(o.ID)
				k := blobKey{ids[i], b.kinds[i]}
				if b.blobs[k] == nil && !b.everywhere(path, own, o.ID) {
					b.blobs[k] = &blob{size: o.Size, where: t.refs[0] + ":" + path}
					todo = append(todo, k)
				}
			}
			t.blobs = append(t.blobs, ids)
		}
	}
	if err := b.readBlobs(ctx, todo); err != nil {
		return err
	}
	for _, t := range tips {
		t.read = true
	}
	return nil
}

// everywhere reports whether every working tree that has a project with this file has it with this content.
func (b *branchRead) everywhere(path string, own map[string]string, id string) bool {
	for i := range b.repo.trees {
		t := &b.repo.trees[i]
		file := filepath.Join(t.top, filepath.FromSlash(path))
		if own[file] != id && slices.ContainsFunc(t.projects, func(p *Project) bool { return p.File == file || p.SumFile == file }) {
			return false
		}
	}
	return true
}

// blobsMax is how many bytes of files git is asked for at a time.
const blobsMax = 32 << 20

// readBlobs reads and parses files. One that is too large is a doubt.
func (b *branchRead) readBlobs(ctx context.Context, todo []blobKey) error {
	todo = slices.DeleteFunc(todo, func(k blobKey) bool {
		x := b.blobs[k]
		limit := int64(modLimit)
		if k.kind == sumBlob {
			limit = blobsMax
		}
		if x.size <= limit {
			return false
		}
		x.doubt = append(x.doubt, Doubt{Kind: DoubtTooLarge, File: x.where,
			Message: fmt.Sprintf("%q has more than %d MiB and was not read: look at that branch", x.where, limit>>20)})
		return true
	})
	for len(todo) > 0 {
		n, size := 0, int64(0)
		for n < len(todo) && (n == 0 || size+b.blobs[todo[n]].size <= blobsMax) {
			size += b.blobs[todo[n]].size
			n++
		}
		ids := make([]string, n)
		for i, k := range todo[:n] {
			ids[i] = k.id
		}
		contents, err := b.in.Git.Contents(ctx, b.repo.top, ids)
		if err != nil {
			return err
		}
		for i, k := range todo[:n] {
			b.parse(k, contents[i])
		}
		todo = todo[n:]
	}
	return nil
}

// parse takes in a file.
func (b *branchRead) parse(k blobKey, data []byte) {
	x := b.blobs[k]
	if k.kind == sumBlob {
		s := b.sums(data)
		x.sums = s.lines
		x.doubt, x.named = s.doubts(b.table, x.where)
		return
	}
	if k.kind == workBlob {
		x.said = b.parseWork(x.where, "", data)
	} else {
		x.said = b.parseMod(x.where, "", data)
	}
	x.doubt = x.said.doubts
	x.named = append(x.named, x.said.all()...)
}

// all is every module version that a file names.
func (s *said) all() []module.Version {
	var list []module.Version
	replace := s.replace
	if s.main != nil {
		list = append(list, s.main.Require...)
		replace = append(slices.Clip(replace), s.main.Replace...)
	}
	for _, r := range replace {
		if r.New.Version != "" {
			list = append(list, r.New)
		}
	}
	for _, m := range s.named {
		if !filepath.IsAbs(m.Path) && !strings.HasPrefix(m.Path, ".") { // directories are not those of the branch
			list = append(list, m)
		}
	}
	return list
}
