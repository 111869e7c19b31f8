# The work that must go on (業務), and how soon it must be back.

business "certificates" {
  title    = "住民票・証明書の発行"
  division = "市民課"
  needs    = [system.resident_records, system.directory]
  recover_within = {
    disaster = "5m"
    incident = "3m"
    pandemic = "5m"
  }
}

business "family_registration" {
  title    = "戸籍届出の受付"
  division = "市民課"
  needs    = [system.family_register, system.firewall]
  recover_within = {
    disaster = "10m"
    incident = "10m"
    pandemic = "10m"
  }
}

business "medical_care" {
  title    = "国民健康保険・介護保険の資格確認"
  division = "保険年金課"
  needs    = [system.health_insurance, system.care_insurance]
  recover_within = {
    disaster = "5m"
    incident = "5m"
    pandemic = "5m"
  }
}

# In a disaster people who need support come first: the target is shorter than otherwise.
business "support_for_vulnerable" {
  title    = "要配慮者の安否確認と支援"
  division = "福祉総務課"
  needs    = [system.welfare]
  recover_within = {
    disaster = "90s"
    incident = "5m"
    pandemic = "5m"
  }
}

business "tax_counter" {
  title    = "税の証明と収納"
  division = "税務課"
  needs    = [system.tax]
  recover_within = {
    disaster = "10m"
    incident = "5m"
    pandemic = "10m"
  }
}

business "evacuation_info" {
  title    = "避難情報の発令と広報"
  division = "危機管理課"
  needs    = [system.disaster_info, system.official_site]
  recover_within = {
    disaster = "3m"
    incident = "5m"
    pandemic = "5m"
  }
}
