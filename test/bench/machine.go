package main

import (
	"os"
	"runtime"
	"strings"
	"syscall"
)

// machine is where the bench ran.
type machine struct {
	cores  int
	model  string
	goes   string
	kernel string
	load   string // at the start
	disk   string
}

func lookAround(dir string) machine {
	m := machine{cores: runtime.NumCPU(), goes: runtime.Version(), kernel: firstLine("/proc/sys/kernel/osrelease"), disk: fileSystem(dir)}
	for _, line := range strings.Split(read("/proc/cpuinfo"), "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			m.model = strings.TrimSpace(value)
			break
		}
	}
	if f := strings.Fields(read("/proc/loadavg")); len(f) > 2 {
		m.load = strings.Join(f[:3], " ")
	}
	return m
}

func read(file string) string {
	b, err := os.ReadFile(file)
	if err != nil {
		return ""
	}
	return string(b)
}

func firstLine(file string) string {
	line, _, _ := strings.Cut(read(file), "\n")
	return line
}

// fileSystem says what kind of file system a folder is on: on one in memory nothing is durable.
func fileSystem(dir string) string {
	var fs syscall.Statfs_t
	if syscall.Statfs(dir, &fs) != nil {
		return "unknown"
	}
	switch uint32(fs.Type) { //nolint:gosec // the numbers of statfs(2) are 32 bits
	case 0xef53:
		return "ext4"
	case 0x58465342:
		return "xfs"
	case 0x9123683e:
		return "btrfs"
	case 0x01021994:
		return "tmpfs, in memory: nothing is durable there"
	case 0x794c7630:
		return "overlayfs"
	}
	return "another file system"
}
