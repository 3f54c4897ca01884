module "store" {
  source = "../../modules/store-postgres"
  secret = var.postgres_secret
}

module "suite" {
  source           = "../../modules/suite"
  namespace        = var.namespace
  create_namespace = var.create_namespace
  image            = var.image
  pull_secrets     = var.pull_secrets
  store            = module.store.store
  settings         = var.settings
  secrets = merge({
    IDENTITY_KEY = { name = var.keys_secret, key = "IDENTITY_KEY" }
    LINK_KEY     = { name = var.keys_secret, key = "LINK_KEY" }
  }, var.secrets)
  functions   = var.functions
  broker      = var.broker
  delivery    = var.delivery
  env         = var.env
  annotations = var.annotations
  outbox      = var.outbox
  manifests   = var.manifests
}
