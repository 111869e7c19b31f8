package icmp

import "golang.org/x/net/bpf"

// onlyAnswersTo is a socket filter that drops echo replies to other identifiers than ours, which
// other programs or agents on this machine asked for, and passes everything else.
func onlyAnswersTo(f family, id uint16) ([]bpf.RawInstruction, error) {
	const idAt = 4
	reply := uint32(echoReply4)
	skipHeader := bpf.Instruction(bpf.LoadMemShift{Off: 0}) // IPv4: X = length of the IP header
	if f == ip6 {
		reply = uint32(echoReply6)
		skipHeader = bpf.LoadConstant{Dst: bpf.RegX, Val: 0} // IPv6: delivered without its header
	}
	return bpf.Assemble([]bpf.Instruction{
		skipHeader,
		bpf.LoadIndirect{Off: 0, Size: 1},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: reply, SkipTrue: 2},
		bpf.LoadIndirect{Off: idAt, Size: 2},
		bpf.JumpIf{Cond: bpf.JumpNotEqual, Val: uint32(id), SkipTrue: 1},
		bpf.RetConstant{Val: 1 << 18}, // the whole packet
		bpf.RetConstant{Val: 0},
	})
}
