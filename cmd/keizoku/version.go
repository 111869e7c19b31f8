package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is the version of a release build, set by -ldflags "-X main.release=v1.2.3".
var release string

type versionCmd struct{}

func (versionCmd) Run(io streams) error {
	_, err := fmt.Fprintln(io.out, versionLine())
	return err
}

// versionLine is what the command says, and the flag --version, for which people ask first.
func versionLine() string {
	return fmt.Sprintf("keizoku %s (%s %s/%s)", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// version is the release, else what the build knows of itself.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "dev"
	}
	return info.Main.Version
}
