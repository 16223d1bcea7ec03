//go:build linux

package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// statements looks at those that can be left out, or stand behind another: what a block or a case lists.
func (w *finder) statements(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt:
			if call, ok := s.X.(*ast.CallExpr); ok && !w.isPanic(call) {
				w.remove(s)
			}
		case *ast.DeferStmt, *ast.SendStmt:
			w.remove(s)
		case *ast.BranchStmt:
			if s.Tok == token.BREAK || s.Tok == token.CONTINUE {
				w.remove(s)
			}
		case *ast.AssignStmt:
			w.assign(s)
		case *ast.IncDecStmt:
			op := map[token.Token]string{token.INC: "--", token.DEC: "++"}[s.Tok]
			w.instead(s, w.textOf(s.X)+op)
			w.remove(s)
		case *ast.ReturnStmt:
			w.returns(s)
		}
	}
}

func (w *finder) isPanic(call *ast.CallExpr) bool {
	id, ok := call.Fun.(*ast.Ident)
	return ok && w.p.info.Uses[id] == types.Universe.Lookup("panic")
}

func (w *finder) remove(s ast.Stmt) {
	id := w.add(remove, s, w.textOf(s))
	w.wrap(s, "if !mutantOn("+id+") { ", " }")
}

// instead has another statement run.
func (w *finder) instead(s ast.Stmt, other string) {
	id := w.add(arithmetic, s, w.textOf(s))
	w.wrap(s, "if mutantOn("+id+") { "+other+" } else { ", " }")
}

func (w *finder) assign(s *ast.AssignStmt) {
	if s.Tok == token.DEFINE {
		return
	}
	if id, ok := s.Lhs[0].(*ast.Ident); ok && id.Name == "_" && len(s.Lhs) == 1 {
		return
	}
	other := map[token.Token]string{token.ADD_ASSIGN: " -= ", token.SUB_ASSIGN: " += "}[s.Tok]
	if other != "" && w.isNumber(s.Lhs[0]) {
		w.instead(s, w.textOf(s.Lhs[0])+other+w.textOf(s.Rhs[0]))
	}
	w.remove(s)
}

// returns gives back a zero value, or no error, in place of each result in turn. What is called is called all the same.
func (w *finder) returns(s *ast.ReturnStmt) {
	kinds := w.resultTypes()
	if len(s.Results) == 0 || len(kinds) == 0 {
		return
	}
	for i, kind := range kinds {
		if kind == "bool" { // a condition or a constant
			continue
		}
		var before, values []string
		for j := range kinds {
			values = append(values, "mutantResult"+string(rune('a'+j)))
		}
		if len(s.Results) == len(kinds) {
			if w.isZero(s.Results[i]) {
				continue
			}
			for j, e := range s.Results {
				values[j] = w.textOf(e)
			}
			if hasCall(s.Results[i]) {
				before = append(before, "_ = "+values[i])
			}
		} else {
			names := slices.Clone(values)
			names[i] = "_"
			before = append(before, strings.Join(names, ", ")+" := "+w.textOf(s.Results[0]))
		}
		values[i] = "*new(" + kind + ")"
		before = append(before, "return "+strings.Join(values, ", "))
		what := "return"
		if len(kinds) > 1 {
			what = "return [" + string(rune('1'+i)) + "]"
		}
		id := w.add(zero, s, what+strings.TrimPrefix(w.textOf(s), "return"))
		w.wrap(s, "if mutantOn("+id+") { "+strings.Join(before, "; ")+" }; ", "")
	}
}

// resultTypes are the types of the results of the function around, as they are written.
func (w *finder) resultTypes() (out []string) {
	if len(w.results) == 0 || w.results[len(w.results)-1] == nil {
		return nil
	}
	for _, f := range w.results[len(w.results)-1].List {
		for range max(1, len(f.Names)) {
			out = append(out, w.textOf(f.Type))
		}
	}
	return out
}

func (w *finder) isZero(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.CompositeLit:
		_, isStruct := w.p.info.Types[e].Type.Underlying().(*types.Struct)
		return isStruct && len(x.Elts) == 0
	case *ast.BasicLit:
		return x.Value == "0" || x.Value == `""`
	}
	t := w.p.info.Types[e]
	return t.IsNil()
}

func hasCall(e ast.Expr) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		_, call := n.(*ast.CallExpr)
		found = found || call
		return !found
	})
	return found
}
