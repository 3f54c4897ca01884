data "google_client_config" "here" {}

data "google_container_cluster" "cluster" {
  name     = var.cluster
  location = var.region
}

locals {
  functions = toset([for file in fileset("${path.module}/../../../../functions", "*/*/function.yaml") : basename(dirname(file))])
}

module "store" {
  source              = "../../modules/store-firestore"
  project             = var.project
  location            = var.location
  database            = var.database
  namespace           = var.namespace
  functions           = local.functions
  deletion_protection = var.deletion_protection
}

module "suite" {
  source    = "../../modules/suite"
  namespace = var.namespace
  image     = var.image
  store     = module.store.store
  settings  = { PUBLIC_URL = var.public_url }
  secrets = {
    IDENTITY_KEY = { name = var.keys_secret, key = "IDENTITY_KEY" }
    LINK_KEY     = { name = var.keys_secret, key = "LINK_KEY" }
    SMTP_URL     = var.smtp_secret
  }
  functions = var.functions
  broker    = var.broker
}
