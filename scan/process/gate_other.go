//go:build !linux

package process

import "context"

// A system holds nothing: the process table is not read here.
type system struct{}

func newSystem() system { return system{} }

func (g *Gate) look(context.Context) *Users { return &Users{} }
