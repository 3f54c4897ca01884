# The tables as shared/store/dynamodb makes them on an emulator; a test holds both together.
resource "aws_dynamodb_table" "collection" {
  for_each     = var.collections
  name         = "${var.prefix}-${each.key}"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"

  attribute {
    name = "id"
    type = "S"
  }
  attribute {
    name = "part"
    type = "S"
  }
  attribute {
    name = "place"
    type = "S"
  }

  global_secondary_index {
    name            = "sorted"
    hash_key        = "part"
    range_key       = "place"
    projection_type = "KEYS_ONLY"
  }

  ttl {
    attribute_name = "expires"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  server_side_encryption {
    enabled     = var.kms_key_arn != null
    kms_key_arn = var.kms_key_arn
  }

  deletion_protection_enabled = var.deletion_protection
  tags                        = merge(var.tags, { "redthread:collection" = each.key })
}
