// Package tmpfs gives a test a disk of its own, which it may fill and mount read-only: nothing less
// shows what a program does on a disk that takes nothing. Linux alone has such disks.
package tmpfs
