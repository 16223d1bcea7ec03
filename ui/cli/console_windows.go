package cli

import (
	"os"

	"golang.org/x/sys/windows"
)

// takesEscapes has the console of Windows take escape sequences, which it shows as they are where no program asks for that, and
// reports whether it does.
func takesEscapes(terminal *os.File) bool {
	console, mode := windows.Handle(terminal.Fd()), uint32(0)
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return false
	}
	return mode&windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING != 0 ||
		windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
