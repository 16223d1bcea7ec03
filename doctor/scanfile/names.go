package scanfile

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/scan/modgraph"
	"godoctor/scan/project"
)

// Module versions are named many times over: by requirements, by lines of go.sum, by replacements. In the file each stands
// once, in the table of names, and everything else has its number. The table comes first.

// A name is a module path with the versions of it that anything names, or a directory, whose version is "".
type name struct {
	path     string
	versions []string
}

func (c *coder) name(n *name) {
	if keep := c.redact; isDir(n.path) {
		c.text("path", &n.path, keep)
	} else {
		c.text("path", &n.path, nil) // a module is named as it is: it is what the file is about
	}
	c.strings("versions", &n.versions, nil)
}

// isDir reports whether a name is a directory, of whatever system.
func isDir(path string) bool {
	return path != "" && strings.ContainsRune(`/\.`, rune(path[0])) || len(path) > 1 && path[1] == ':'
}

// table is the table of names.
func (c *coder) table() {
	var paths []name
	if c.out != nil {
		for _, m := range c.names {
			if n := len(paths); n == 0 || paths[n-1].path != m.Path {
				paths = append(paths, name{path: m.Path})
			}
			last := &paths[len(paths)-1]
			last.versions = append(last.versions, m.Version)
		}
	}
	if !c.count(new(int), len(c.names), namesMax, "module versions that are named") {
		return
	}
	if list(c, "names", namesMax, &paths, (*coder).name); c.out != nil || len(paths) == 0 {
		return
	}
	c.names = nil
	for i := range paths {
		for _, v := range paths[i].versions {
			if len(c.names) == namesMax {
				c.fail("more than %d module versions are named", namesMax)
				return
			}
			c.names = append(c.names, module.Version{Path: paths[i].path, Version: v})
		}
	}
}

// sort ends the collecting: the names get their numbers by path and version.
func (c *coder) sort() {
	c.collects = false
	clear(c.sumNumbers)
	for m := range c.numbers {
		c.names = append(c.names, m)
	}
	slices.SortFunc(c.names, func(a, b module.Version) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Version, b.Version))
	})
	for i, m := range c.names {
		c.numbers[m] = int32(i)
	}
}

// number is that of a name. While names are collected it means nothing.
func (c *coder) number(m module.Version) int32 {
	n, ok := c.numbers[m]
	if !ok && c.collects {
		c.numbers[m] = 0
	}
	return n
}

// named is the name with a number that was read.
func (c *coder) named(n int64) (m module.Version) {
	if n < 0 || n >= int64(len(c.names)) {
		c.fail("name %d is asked for, and the table before it has %d", n, len(c.names))
		return m
	}
	return c.names[n]
}

// ref is a field that is a name.
func (c *coder) ref(name string, p *module.Version) {
	if !c.is(name, *p == module.Version{}) {
		return
	}
	if c.out != nil {
		c.int(int64(c.number(*p)))
		return
	}
	*p = c.named(c.in.int())
	c.done()
}

// refs is a field that is a list of names.
func (c *coder) refs(name string, p *[]module.Version) {
	var list []int32
	if c.out != nil {
		for _, m := range *p {
			list = append(list, c.number(m))
		}
	}
	if ints(c, name, &list); c.out == nil && list != nil {
		*p = make([]module.Version, len(list))
		for i, n := range list {
			(*p)[i] = c.named(int64(n))
		}
	}
}

// sums is a field that is lines of a go.sum file: each the number of a name times two, and one more for the hash of a
// go.mod file. The hashes themselves are not kept: to compare them is for who has the files. Where the lines are not 1, 2, 3,
// ... of the file, the field is NAME_at, and each number has that of its line behind it.
func (c *coder) sums(name string, p *[]project.SumLine) {
	var list, lined []int32
	if c.out != nil {
		counted := true
		for i, s := range *p {
			n := c.sumNumber(s.Sum)
			list, lined = append(list, n), append(lined, n, s.Line)
			counted = counted && s.Line == int32(i+1)
		}
		if counted {
			lined = nil
		} else {
			list = nil
		}
	}
	ints(c, name, &list)
	ints(c, name+"_at", &lined)
	if !c.count(&c.sumLines, len(list)+len(lined)/2, sumsMax, "lines of go.sum files") || c.out != nil {
		return
	}
	if list != nil {
		*p = make([]project.SumLine, len(list))
		for i, n := range list {
			(*p)[i] = project.SumLine{Sum: c.sum(n), Line: int32(i + 1)}
		}
	}
	if lined != nil {
		*p = make([]project.SumLine, len(lined)/2)
		for i := range *p {
			(*p)[i] = project.SumLine{Sum: c.sum(lined[2*i]), Line: lined[2*i+1]}
		}
	}
}

// sumNumber is the number of a line of a go.sum file. Most lines are those of many projects, and looked up once.
func (c *coder) sumNumber(s *project.Sum) int32 {
	n, ok := c.sumNumbers[s]
	if !ok {
		if n = 2 * c.number(module.Version{Path: s.Path, Version: s.Version}); s.GoMod {
			n++
		}
		c.sumNumbers[s] = n
	}
	return n
}

// sum is the line of a go.sum file with a number that was read; those of one text are one.
func (c *coder) sum(n int32) *project.Sum {
	if c.lines == nil {
		c.lines = make([]*project.Sum, 2*len(c.names))
	}
	m := c.named(int64(n / 2))
	if c.in.err != nil {
		return new(project.Sum)
	}
	s := c.lines[n]
	if s == nil {
		s = &project.Sum{Path: m.Path, Version: m.Version, GoMod: n%2 == 1}
		c.lines[n] = s
	}
	return s
}

// graph is what go.mod files of module versions say about requirements.
func (c *coder) graph(r *modgraph.Record) {
	var numbers []int32 // of its names: each is looked up once, for there are more requirements than anything else
	if c.out != nil {
		for _, m := range r.Names {
			numbers = append(numbers, c.number(m))
		}
	}
	list(c, "said", namesMax, &r.Said, func(c *coder, s *modgraph.Said) {
		of, require := s.Name, s.Require
		if c.out != nil {
			of, require = numbers[s.Name], make([]int32, len(s.Require))
			for i, q := range s.Require {
				require[i] = numbers[q]
			}
		}
		num(c, "of", &of)
		word(c, "go", &s.Go)
		ints(c, "require", &require)
		c.say("error", &s.Err)
		if c.out == nil {
			s.Name, s.Require = of, require
		}
	})
	if c.out == nil {
		r.Names = c.names
	}
}
