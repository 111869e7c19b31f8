package demo

import "net"

// domain is the city's internal domain; names under .example belong to nobody (RFC 2606).
const domain = "city.tsuzuki.example"

// The greetings of servers that speak first (SSH: RFC 4253, SMTP: RFC 5321).
const (
	sshHello  = "SSH-2.0-TsuzukiOS_4.2\r\n"
	smtpHello = "220 mail." + domain + " ESMTP\r\n"
)

// city lists the devices of つづき市役所, in the order of the plan's files. Every address stands in
// examples/city_hall too. Ports differ as well as addresses, so that all can be had on 127.0.0.1.
func city() []*Device {
	return []*Device{
		// network.hcl
		machine("core_switch", "", talk("127.0.10.1:18001", sshHello)).on("rack_a", 400),
		machine("floor_switch", "", talk("127.0.10.2:18002", sshHello)).on("rack_a", 300),
		machine("firewall", "", talk("127.0.10.3:18003", "")).on("rack_a", 350),
		machine("internal_dns", "", names("127.0.10.4:18004")).on("rack_a", 125),
		machine("internal_dns_2", "", names("127.0.10.5:18005")).on("rack_a", 125),
		machine("directory", "", talk("127.0.10.6:18006", ""), encrypted(talk("127.0.10.6:19006", ""))).on("rack_a", 500),
		machine("branch_network", "", talk("127.0.10.7:18007", sshHello)),
		// resident.hcl
		machine("resident_records", "floor_switch",
			web("127.0.10.11:18011", "住民記録システム"), talk("127.0.10.11:19011", "")).on("rack_b", 850),
		machine("tax", "floor_switch", web("127.0.10.12:18012", "税務システム")).on("rack_b", 700),
		machine("health_insurance", "floor_switch", web("127.0.10.13:18013", "国民健康保険システム")).on("rack_b", 600),
		machine("care_insurance", "floor_switch", web("127.0.10.14:18014", "介護保険システム")).on("rack_b", 500),
		machine("welfare", "floor_switch", web("127.0.10.15:18015", "福祉総合システム")).on("rack_b", 500),
		machine("family_register", "", encrypted(web("127.0.10.16:18016", "戸籍情報システム"))).on("rack_b", 700),
		machine("kiosk", "", encrypted(web("127.0.10.17:18017", "証明書コンビニ交付システム"))).on("rack_b", 500),
		// crisis.hcl
		machine("disaster_info", "", encrypted(web("127.0.10.21:18021", "防災情報システム"))).on("rack_a", 600),
		machine("official_site", "", encrypted(web("127.0.10.22:18022", "つづき市公式サイト"))).on("rack_b", 400),
		// office.hcl
		machine("mail", "", talk("127.0.10.31:18031", smtpHello)).on("rack_b", 450),
		machine("groupware", "", web("127.0.10.32:18032", "グループウェア")).on("rack_b", 500),
		machine("file_server", "", talk("127.0.10.33:18033", "")).on("rack_b", 600),
		machine("backup", "", talk("127.0.10.34:18034", sshHello)).on("rack_b", 400),
		machine("backup_job", "backup"), // listens nowhere; it reports to the agent
		// power.hcl; the loads listen nowhere
		machine("ups_server", "", &service{planned: "127.0.10.41:18041", stream: upsd}),
		machine("generator_controller", "", &service{planned: "127.0.10.42:18042", stream: controller}),
		machine("server_room_aircon", "").on(generatorName, 5500),
		machine("headquarters", "").on(generatorName, 4000),
		machine("emergency_lights", "").on(generatorName, 9000),
		machine("counter_terminals", "").on(generatorName, 6000),
		// alerting.hcl; both keep what they are told
		machine("chat", "", &service{planned: "127.0.10.90:18090", stream: receive}),
		machine("alertmanager", "", &service{planned: "127.0.10.91:18091", stream: receive}),
	}
}

// records are what the internal DNS servers know. Nothing in the hall connects to these addresses.
func records() map[string]string {
	return map[string]string{
		"portal." + domain + ".": "10.1.0.32",
		"mail." + domain + ".":   "10.1.0.31",
	}
}

func machine(name, behind string, services ...*service) *Device {
	return &Device{name: name, behind: behind, services: services}
}

// on hangs the device on a supply of the plan.
func (d *Device) on(supply string, watts float64) *Device {
	d.fedBy, d.watts = supply, watts
	return d
}

func talk(addr, hello string) *service { return &service{planned: addr, stream: greet(hello)} }

func web(addr, title string) *service { return &service{planned: addr, stream: website(title)} }

func names(addr string) *service { return &service{planned: addr, packet: resolve(records())} }

func encrypted(s *service) *service {
	s.encrypted = true
	return s
}

// certify gives every encrypted service of the device a certificate for the device's name in the
// city's domain, the address that the plan knows it by, and 127.0.0.1, where it may end up.
func (d *Device) certify(ca *authority) error {
	for _, s := range d.services {
		if !s.encrypted {
			continue
		}
		host, _, err := net.SplitHostPort(s.planned)
		if err != nil {
			return err
		}
		s.tls, err = ca.server(d.name+"."+domain, net.ParseIP(host), net.IPv4(127, 0, 0, 1))
		if err != nil {
			return err
		}
	}
	return nil
}
