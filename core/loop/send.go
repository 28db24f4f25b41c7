package loop

import (
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// send gives b to the socket and returns how much it took, 0 when it takes
// nothing now. It is sendto without the scheduler's hand-over around system
// calls: the socket does not block, so the call is as short as the work of TCP,
// and the loop's processor is not given away for it meanwhile. sendto also
// spares the file layer that write passes through.
func send(fd int, b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	n, _, errno := syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))),
		uintptr(len(b)), unix.MSG_NOSIGNAL|unix.MSG_DONTWAIT, 0, 0)
	switch errno {
	case 0:
		return int(n), nil
	case unix.EAGAIN, unix.EINTR:
		return 0, nil
	}
	return 0, os.NewSyscallError("sendto", errno)
}
