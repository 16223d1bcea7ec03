//go:build !windows

package gocmd

const executable = ""
