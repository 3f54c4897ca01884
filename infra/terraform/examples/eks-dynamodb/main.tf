data "aws_caller_identity" "here" {}

data "aws_partition" "here" {}

data "aws_eks_cluster" "cluster" {
  name = var.cluster
}

data "aws_iam_openid_connect_provider" "cluster" {
  url = data.aws_eks_cluster.cluster.identity[0].oidc[0].issuer
}

locals {
  set     = var.ses.configuration_set
  account = "${var.region}:${data.aws_caller_identity.here.account_id}"
  # All there are, by their folders: each has a role of its own.
  functions = toset([for file in fileset("${path.module}/../../../../functions", "*/*/function.yaml") : basename(dirname(file))])
}

module "store" {
  source              = "../../modules/store-dynamodb"
  prefix              = var.prefix
  namespace           = var.namespace
  functions           = local.functions
  deletion_protection = var.deletion_protection
  oidc_provider = {
    arn = data.aws_iam_openid_connect_provider.cluster.arn
    url = trimprefix(data.aws_iam_openid_connect_provider.cluster.url, "https://")
  }
  ses = {
    identities        = var.ses.identities
    configuration_set = local.set == null ? null : "arn:${data.aws_partition.here.partition}:ses:${local.account}:configuration-set/${local.set}"
  }
  sns = {}
}

module "suite" {
  source           = "../../modules/suite"
  namespace        = var.namespace
  image            = var.image
  store            = module.store.store
  service_accounts = module.store.service_accounts
  settings         = { PUBLIC_URL = var.public_url }
  secrets = {
    IDENTITY_KEY = { name = var.keys_secret, key = "IDENTITY_KEY" }
    LINK_KEY     = { name = var.keys_secret, key = "LINK_KEY" }
  }
  functions = merge(var.functions, {
    email = merge({ settings = { SES_URL = join("/", compact(["ses://${var.region}", local.set])), SNS_TOPICS = join(",", var.ses.topics) } }, try(var.functions.email, {}))
    sms   = merge({ settings = { SNS_URL = "sns://${var.region}", SENDER = var.sender } }, try(var.functions.sms, {}))
  })
  broker = var.broker
}
