package starter

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hex4 writes an address as /proc/net/route does on this machine.
func hex4(a, b, c, d byte) string {
	return fmt.Sprintf("%08X", binary.NativeEndian.Uint32([]byte{a, b, c, d}))
}

func TestGateways(t *testing.T) {
	t.Parallel()
	routes4 := "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n" +
		"eth1\t00000000\t" + hex4(10, 2, 0, 1) + "\t0003\t0\t0\t200\t00000000\t0\t0\t0\n" +
		"eth0\t00000000\t" + hex4(10, 1, 0, 1) + "\t0003\t0\t0\t100\t00000000\t0\t0\t0\n" +
		"ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n" + // no gateway
		"eth0\t" + hex4(10, 1, 0, 0) + "\t00000000\t0001\t0\t0\t100\t" + hex4(255, 255, 0, 0) + "\t0\t0\t0\n" +
		"vpn0\t00000000\t" + hex4(10, 9, 0, 1) + "\t0003\t0\t0\t0\t" + hex4(128, 0, 0, 0) + "\t0\t0\t0\n" + // half of the world
		"broken\n"
	const zeros = "00000000000000000000000000000000"
	routes6 := zeros + " 00 " + zeros + " 00 fe800000000000000000000000000001 00000400 00000002 00000000 00000003     eth0\n" +
		zeros + " 00 " + zeros + " 00 fd000000000000000000000000000001 00000100 00000002 00000000 00000003     eth0\n" +
		zeros + " 00 " + zeros + " 00 " + zeros + " ffffffff 00000001 00000000 00200200       lo\n" +
		"fd000000000000000000000000000000 40 " + zeros + " 00 " + zeros + " 00000100 00000001 00000000 00000001     eth0\n"
	var got []string
	for _, a := range gatewaysOf(append(parseRoutes6(routes6), parseRoutes4(routes4)...)) {
		got = append(got, a.String())
	}
	want := []string{"10.1.0.1", "10.2.0.1", "fd00::1", "fe80::1%eth0"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gateways (-want +got):\n%s", diff)
	}
}
