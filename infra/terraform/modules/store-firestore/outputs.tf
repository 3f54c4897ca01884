output "store" {
  description = "The input store of modules/suite."
  value = {
    url     = "firestore://${var.project}/${google_firestore_database.documents.name}${var.prefix == "" ? "" : "?prefix=${var.prefix}"}"
    secret  = null
    env     = {}
    secrets = {}
  }
  depends_on = [google_firestore_index.sorted, google_firestore_field.exempt, google_project_iam_member.documents]
}
