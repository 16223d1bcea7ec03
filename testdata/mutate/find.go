//go:build linux

package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// What is changed, in the words of reports and of the list of what is explained.
const (
	negate     = "negate"   // a condition, or a part of one, is turned round
	skip       = "skip"     // what an if or a case guards never runs
	boundary   = "boundary" // < and <=, > and >=
	logic      = "logic"    // && and ||
	remove     = "remove"   // a call, assignment, defer, continue or break is not there
	zero       = "zero"     // a result is the zero value: an error is nil
	arithmetic = "arith"    // + and -, * and /
	constant   = "constant" // true and false
)

var kindsInOrder = []string{negate, skip, boundary, logic, remove, zero, arithmetic, constant}

// A mutant is one change of the source.
type mutant struct {
	id     int // from 1
	file   string
	fn     string
	kind   string
	text   string // of what is changed, on one line
	line   int
	fate   fate
	by     string // the test that killed it
	reason string // why it may survive
}

func (m *mutant) String() string {
	return fmt.Sprintf("%s :: %s :: %s :: %s (line %d)", m.file, m.fn, m.kind, m.text, m.line)
}

// finder walks over a file.
type finder struct {
	p       *source
	f       *file
	all     []*mutant
	order   int
	fn      string
	results []*ast.FieldList // of the functions around
	done    map[ast.Expr]bool
}

// find lists the mutants of a package, and notes the edits that make them.
func (p *source) find() []*mutant {
	w := &finder{p: p, done: make(map[ast.Expr]bool)}
	for _, f := range p.files {
		w.f = f
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				w.fn = d.Name.Name
				if d.Recv != nil {
					w.fn = "(" + w.textOf(d.Recv.List[0].Type) + ")." + w.fn
				}
				w.function(d.Type, d.Body)
			case *ast.GenDecl:
				if w.fn = "-"; d.Tok == token.VAR {
					ast.Walk(w, d)
				}
			}
		}
	}
	p.mutants = len(w.all)
	return w.all
}

func (w *finder) function(t *ast.FuncType, body *ast.BlockStmt) {
	if body == nil {
		return
	}
	w.results = append(w.results, t.Results)
	ast.Walk(w, body)
	w.results = w.results[:len(w.results)-1]
}

// Visit looks at one node, and says who looks at those in it.
func (w *finder) Visit(n ast.Node) ast.Visitor {
	switch n := n.(type) {
	case *ast.FuncLit:
		w.function(n.Type, n.Body)
		return nil
	case *ast.GenDecl:
		if n.Tok == token.CONST {
			return nil
		}
	case *ast.BlockStmt:
		w.statements(n.List)
	case *ast.CommClause:
		w.statements(n.Body)
	case *ast.CaseClause:
		w.statements(n.Body)
	case *ast.IfStmt:
		w.guard(n.Cond, "if ")
	case *ast.ForStmt:
		w.condition(n.Cond)
	case *ast.SwitchStmt:
		if n.Tag == nil {
			for _, c := range n.Body.List {
				for _, e := range c.(*ast.CaseClause).List {
					w.guard(e, "case ")
				}
			}
		}
	case *ast.ReturnStmt:
		for _, e := range n.Results {
			if w.isBool(e) {
				w.condition(e)
			}
		}
	case *ast.BinaryExpr:
		w.binary(n)
	case *ast.Ident:
		w.ident(n)
	}
	return w
}

func (w *finder) add(kind string, n ast.Node, text string) string {
	m := &mutant{id: len(w.all) + 1, file: w.p.dir + "/" + w.f.name, fn: w.fn, kind: kind, text: oneLine(text), line: w.p.fset.Position(n.Pos()).Line}
	w.all = append(w.all, m)
	return fmt.Sprint(m.id)
}

func oneLine(s string) string {
	const most = 120
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}

func (w *finder) offset(pos token.Pos) int { return w.p.fset.Position(pos).Offset }

func (w *finder) textOf(n ast.Node) string {
	return string(w.f.text[w.offset(n.Pos()):w.offset(n.End())])
}

// wrap puts text before and behind a node.
func (w *finder) wrap(n ast.Node, before, behind string) {
	w.order++
	w.f.edits = append(w.f.edits, edit{at: w.offset(n.Pos()), order: w.order, text: before},
		edit{at: w.offset(n.End()), order: w.order, text: behind, behind: true})
}

// replace puts text where a token is.
func (w *finder) replace(pos token.Pos, was, text string) {
	w.order++
	w.f.edits = append(w.f.edits, edit{at: w.offset(pos), cut: len(was), order: w.order, text: text})
}

func (w *finder) isBool(e ast.Expr) bool {
	t := w.p.info.Types[e]
	return t.Type != nil && t.Value == nil && (t.Type == types.Typ[types.Bool] || t.Type == types.Typ[types.UntypedBool])
}

// guard is the condition of an if or a case: it may never hold, and each of its parts may be turned round.
func (w *finder) guard(e ast.Expr, word string) {
	if !w.isBool(e) {
		return
	}
	id := w.add(skip, e, word+w.textOf(e))
	w.wrap(e, "((", ") && !mutantOn("+id+"))")
	w.condition(e)
}

// condition turns round what has no && and || in it, and exchanges these.
func (w *finder) condition(e ast.Expr) {
	if e == nil || w.done[e] || !w.isBool(e) {
		return
	}
	w.done[e] = true
	switch x := e.(type) {
	case *ast.ParenExpr:
		w.condition(x.X)
		return
	case *ast.UnaryExpr:
		w.condition(x.X)
		return
	case *ast.BinaryExpr:
		if x.Op == token.LAND || x.Op == token.LOR {
			id := w.add(logic, x, w.textOf(x))
			w.wrap(x, "(", " != mutantOn("+id+"))") // a || b is !(!a && !b)
			w.wrap(x.X, "((", ") != mutantOn("+id+"))")
			w.wrap(x.Y, "((", ") != mutantOn("+id+"))")
			w.condition(x.X)
			w.condition(x.Y)
			return
		}
	}
	id := w.add(negate, e, w.textOf(e))
	w.wrap(e, "(mutantOn("+id+") != (", "))")
}

// binary changes an operator of numbers; a comparison is a condition wherever it stands.
func (w *finder) binary(n *ast.BinaryExpr) {
	name, kind := "", boundary
	switch n.Op {
	case token.LAND, token.LOR, token.EQL, token.NEQ:
		w.condition(n)
		return
	case token.LSS:
		name = "Less"
	case token.LEQ:
		name = "LessEqual"
	case token.GTR:
		name = "Greater"
	case token.GEQ:
		name = "GreaterEqual"
	case token.ADD:
		name, kind = "Add", arithmetic
	case token.SUB:
		name, kind = "Sub", arithmetic
	case token.MUL:
		name, kind = "Mul", arithmetic
	case token.QUO:
		name, kind = "Div", arithmetic
	}
	if kind == boundary {
		w.condition(n)
	}
	if name == "" || w.p.info.Types[n].Value != nil || kind == arithmetic && !w.isNumber(n) {
		return
	}
	id := w.add(kind, n, w.textOf(n))
	w.wrap(n, "mutant"+name+"("+id+", ", ")")
	w.replace(n.OpPos, n.Op.String(), ",")
}

func (w *finder) isNumber(e ast.Expr) bool {
	if _, ok := w.p.info.Types[e].Type.(*types.TypeParam); ok {
		return false
	}
	b, ok := w.p.info.Types[e].Type.Underlying().(*types.Basic)
	return ok && b.Info()&(types.IsInteger|types.IsFloat) != 0
}

// ident exchanges true and false.
func (w *finder) ident(n *ast.Ident) {
	if n.Name != "true" && n.Name != "false" || w.p.info.Uses[n] != types.Universe.Lookup(n.Name) || w.p.info.Types[n].Type == nil {
		return
	}
	if !slices.Contains([]types.Type{types.Typ[types.Bool], types.Typ[types.UntypedBool]}, w.p.info.Types[n].Type) {
		return
	}
	not := "!"
	if n.Name == "false" {
		not = ""
	}
	w.replace(n.Pos(), n.Name, not+"mutantOn("+w.add(constant, n, n.Name+" in "+w.lineOf(n))+")")
}

// lineOf is the line of the source on which a node begins: what a true is said of.
func (w *finder) lineOf(n ast.Node) string {
	at := w.offset(n.Pos())
	begin := strings.LastIndexByte(string(w.f.text[:at]), '\n') + 1
	line, _, _ := strings.Cut(string(w.f.text[begin:]), "\n")
	return line
}
