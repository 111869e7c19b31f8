// Package integration holds the tests of the whole: the real command on a real plan, killed, cut
// off from its network, out of disk and out of file descriptors, and scraped by a real Prometheus.
//
// They need Linux, root and the programs of `make packages`, and run with `make integration`.
// What is missing fails them, with the command that mends it: a test that is passed over in
// silence proves nothing.
package integration
