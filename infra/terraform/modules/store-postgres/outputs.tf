output "store" {
  description = "The input store of modules/suite."
  value = {
    url     = local.url
    secret  = var.secret
    env     = {}
    secrets = { for name, at in { PGPASSWORD = var.password } : name => at if at != null }
  }
}
