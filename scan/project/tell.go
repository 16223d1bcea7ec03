package project

import (
	"slices"

	"golang.org/x/mod/module"
)

// tell puts into a project what tips say that its own files do not.
func (b *branchRead) tell(t *worktree, p *Project, own map[string]string) {
	mod, isMod := b.index[t.path(p.File)]
	sum, isSum := b.index[t.path(p.SumFile)]
	type pair struct{ mod, sum string }
	at := make(map[pair]int)
	var pairs []pair
	var refs [][]string
	for _, tip := range b.tips {
		for _, ids := range tip.blobs {
			var k pair
			if isMod && ids[mod] != own[p.File] {
				k.mod = ids[mod]
			}
			if isSum && ids[sum] != own[p.SumFile] {
				k.sum = ids[sum]
			}
			if !tip.read || k == (pair{}) {
				continue
			}
			i, known := at[k]
			if !known {
				i = len(pairs)
				at[k] = i
				pairs, refs = append(pairs, k), append(refs, nil)
			}
			refs[i] = append(refs[i], tip.refs...)
		}
	}
	if len(pairs) == 0 {
		return
	}
	d := newDifference(p)
	for i, k := range pairs {
		slices.Sort(refs[i])
		br := Branch{Refs: slices.Compact(refs[i])}
		if k.mod != "" {
			d.add(&br, b.blobs[blobKey{k.mod, p.kind(p.File)}])
		}
		if k.sum != "" {
			d.add(&br, b.blobs[blobKey{k.sum, sumBlob}])
		}
		br.Named = canonical(br.Named)
		if br.Go != "" || br.Toolchain != "" || len(br.Named) > 0 || len(br.Sums) > 0 || len(br.Doubts) > 0 {
			p.Branches = append(p.Branches, br)
		}
	}
	slices.SortFunc(p.Branches, func(a, b Branch) int { return slices.Compare(a.Refs, b.Refs) })
}

// A difference knows what the files of the working tree say.
type difference struct {
	p     *Project
	named map[module.Version]bool
	sums  map[*Sum]bool
}

func newDifference(p *Project) *difference {
	d := &difference{p: p, named: make(map[module.Version]bool), sums: make(map[*Sum]bool)}
	here := said{main: p.Main, replace: p.Replace, named: p.Named}
	for _, m := range here.all() {
		d.named[m] = true
	}
	for _, l := range p.Sums {
		d.sums[l.Sum] = true
	}
	return d
}

// add takes from a file what the working tree has not.
func (d *difference) add(br *Branch, x *blob) {
	if x == nil { // every working tree has it
		return
	}
	if x.said != nil {
		if x.said.goLine != d.p.Go {
			br.Go = x.said.goLine
		}
		if x.said.toolchain != d.p.Toolchain {
			br.Toolchain = x.said.toolchain
		}
	}
	for _, m := range x.named {
		if !d.named[m] {
			br.Named = append(br.Named, m)
		}
	}
	for _, l := range x.sums {
		if !d.sums[l.Sum] {
			br.Sums = append(br.Sums, l)
		}
	}
	br.Doubts = append(br.Doubts, x.doubt...)
}
