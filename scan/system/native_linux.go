package system

import "golang.org/x/sys/unix"

// native asks the kernel: uname(2) gives the machine, also to a program that runs by an emulator of user space registered
// with binfmt_misc, unless that emulates it.
func native() (string, error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return "", err
	}
	return archOf(unix.ByteSliceToString(u.Machine[:]))
}
