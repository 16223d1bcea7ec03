package system

import "golang.org/x/sys/windows"

// native asks for the machine of the host, whatever this process is emulated as.
func native() (string, error) {
	var process, host uint16
	if err := windows.IsWow64Process2(windows.CurrentProcess(), &process, &host); err != nil {
		return "", ErrUnknown // before Windows 10
	}
	switch host { // IMAGE_FILE_MACHINE_*
	case 0x014c:
		return "386", nil
	case 0x8664:
		return "amd64", nil
	case 0xaa64:
		return "arm64", nil
	}
	return "", ErrUnknown
}
