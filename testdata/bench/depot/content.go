package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"

	"godoctor/scan/cachetest"
)

// The files of a module, and the bytes of a file, are spread as in the module caches of real projects, cut off above: half of
// the modules have up to 30 files, one in ten more than 230; half of the files up to 3,000 bytes, one in ten more than 17,000.
const (
	middleFiles, spreadFiles, mostFiles = 30, 1.6, 1500
	middleBytes, spreadBytes, mostBytes = 3000, 1.35, 400_000
	filesInDir                          = 8
)

// made is the module of a number. Its root package compiles; what lies below is read by nobody.
func made(i int) cachetest.Module {
	r := rand.New(rand.NewPCG(uint64(i), 0x6465706f74))
	m := cachetest.Module{Path: fmt.Sprintf("bench.example/team%02d/m%04d", i%17, i), Version: fmt.Sprintf("v1.%d.%d", i%7, i%13)}
	m.GoMod = "module " + m.Path + "\n\ngo 1.20\n"
	m.Files = map[string]string{
		"LICENSE": "Do with it what you like.\n",
		"root.go": fmt.Sprintf("// Package m%04d is made up.\npackage m%04d\n\n// Number is which one it is.\nconst Number = %d\n", i, i, i),
	}
	words := vocabulary(r)
	n := drawn(r, middleFiles, spreadFiles, mostFiles)
	for k := range n {
		name := fmt.Sprintf("internal/part%d/file%d.go", k/filesInDir, k)
		if k%(3*filesInDir) == 0 {
			name = fmt.Sprintf("internal/part%d/inner/deeper/file%d.go", k/filesInDir, k)
		}
		m.Files[name] = text(r, words, drawn(r, middleBytes, spreadBytes, mostBytes))
	}
	return m
}

// drawn is a number of a lognormal distribution.
func drawn(r *rand.Rand, middle, spread float64, most int) int {
	return min(1+int(middle*math.Exp(spread*r.NormFloat64())), most)
}

// vocabulary is what the source code of a module is made of.
func vocabulary(r *rand.Rand) []string {
	words := []string{"if err != nil {\n\t\treturn err\n\t}\n", "func", "return", "for", "range", "string", "int", "error", "nil", "type", "struct", ":=", "==", "{\n\t", "}\n\n", "(", ")"}
	for range 600 {
		var b strings.Builder
		for range 3 + r.IntN(12) {
			b.WriteByte(byte('a' + r.IntN(26)))
		}
		words = append(words, b.String())
	}
	return words
}

// text is so many bytes that pack as source code does, to a quarter or so.
func text(r *rand.Rand, words []string, size int) string {
	var b strings.Builder
	b.WriteString("package part\n\n")
	for b.Len() < size {
		i := r.IntN(len(words))
		if r.IntN(3) > 0 { // common words are common
			i = r.IntN(1 + i/8)
		}
		b.WriteString(words[i])
		b.WriteByte(' ')
		if r.IntN(9) == 0 {
			b.WriteString("\n\t")
		}
	}
	return b.String()
}
