package system

// archOf is the GOARCH of a machine as uname names it.
func archOf(machine string) (string, error) {
	goarch, ok := map[string]string{
		"x86_64": "amd64", "i386": "386", "i486": "386", "i586": "386", "i686": "386", "aarch64": "arm64", "armv6l": "arm", "armv7l": "arm",
		"armv8l": "arm", "riscv64": "riscv64", "ppc64le": "ppc64le", "ppc64": "ppc64", "s390x": "s390x", "loongarch64": "loong64",
	}[machine]
	if !ok {
		return "", ErrUnknown
	}
	return goarch, nil
}
