package gocache

import (
	"bytes"
	"encoding/binary"
	"io"

	"godoctor/scan/goenv"
)

// sniffBinary tells object files and programs by the headers of the three formats.
func sniffBinary(head []byte) (about, bool) {
	switch {
	case len(head) >= 20 && bytes.HasPrefix(head, []byte("\x7fELF")):
		return sniffELF(head), true
	case bytes.HasPrefix(head, []byte("MZ")):
		return about{kind: KindLinked, goos: "windows", goarch: peArch(head)}, true
	case len(head) >= 16 && bytes.HasPrefix(head, []byte("\xcf\xfa\xed\xfe")):
		return sniffMach(head), true
	case bytes.HasPrefix(head, []byte("\x00asm")):
		return about{kind: KindLinked, goarch: "wasm"}, true
	}
	return about{}, false
}

var elfSystems = map[byte]string{2: "netbsd", 6: "solaris", 9: "freebsd", 12: "openbsd"}

var elfMachines = map[uint16]string{
	3: "386", 8: "mips", 21: "ppc64", 22: "s390x", 40: "arm", 62: "amd64", 183: "arm64", 243: "riscv64", 258: "loong64",
}

// sniffELF reads an ELF header. Linux and others leave the byte for the system zero.
func sniffELF(head []byte) about {
	var order binary.ByteOrder = binary.LittleEndian
	if head[5] == 2 {
		order = binary.BigEndian
	}
	a := about{kind: KindLinked, goos: elfSystems[head[7]], goarch: elfMachines[order.Uint16(head[18:])]}
	if order.Uint16(head[16:]) == 1 { // ET_REL
		a.kind = KindObject
	}
	if a.goarch == "ppc64" && head[5] == 1 {
		a.goarch = "ppc64le"
	}
	return a
}

var machCPUs = map[uint32]string{0x01000007: "amd64", 0x0100000c: "arm64"}

func sniffMach(head []byte) about {
	a := about{kind: KindLinked, goos: "darwin", goarch: machCPUs[binary.LittleEndian.Uint32(head[4:])]}
	if binary.LittleEndian.Uint32(head[12:]) == 1 { // MH_OBJECT
		a.kind = KindObject
	}
	return a
}

var peMachines = map[uint16]string{0x14c: "386", 0x1c4: "arm", 0x8664: "amd64", 0xaa64: "arm64"}

func peArch(head []byte) string {
	if len(head) < 0x40 {
		return ""
	}
	at := int64(binary.LittleEndian.Uint32(head[0x3c:]))
	if at+6 > int64(len(head)) || string(head[at:at+4]) != "PE\x00\x00" {
		return ""
	}
	return peMachines[binary.LittleEndian.Uint16(head[at+4:])]
}

// sniffExecutable reads the build info of a program that go keeps, or at least its header.
func sniffExecutable(r io.ReaderAt) about {
	head := make([]byte, 512)
	n, _ := r.ReadAt(head, 0)
	a, _ := sniffBinary(head[:n])
	a.kind = KindExecutable
	info := goenv.BuildInfo(r)
	if info == nil {
		return a
	}
	a.version = cleanVersion(info.GoVersion)
	for _, s := range info.Settings {
		switch {
		case s.Key == "GOOS" && isWord(s.Value):
			a.goos = s.Value
		case s.Key == "GOARCH" && isWord(s.Value):
			a.goarch = s.Value
		}
	}
	return a
}
